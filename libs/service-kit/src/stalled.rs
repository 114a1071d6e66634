//! Connections whose other end takes nothing any more: it has vanished, or it lives and does not read. Left alone, the first would be
//! held for a quarter of an hour, until the system gives up sending, and the second for ever.
//!
//! This sees TCP alone. A stream of HTTP/2 whose window is never opened, on a connection that is read, is [`crate::untaken`]'s.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// Whoever takes nothing of what is there for it for this long is given up.
pub(crate) const TAKES_WITHIN: Duration = Duration::from_secs(30);

/// A stream whose writes fail once nothing could be written for half a minute.
pub(crate) struct Watched<S> {
    stream: S,
    /// Runs while something waits to be written.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Watched<TcpStream> {
    /// Also asks the system to give up when the other end confirms nothing of what was sent, which would fit into its buffers for long.
    pub(crate) fn connection(stream: TcpStream) -> Self {
        if let Err(error) = bound_silence(&stream) {
            tracing::debug!(%error, "a connection whose other end vanishes will be held for longer");
        }
        Self::of(stream)
    }
}

impl<S> Watched<S> {
    const fn of(stream: S) -> Self {
        Self { stream, stalled: None }
    }

    /// What became of a try to write, or that nothing could be written for too long.
    fn judge<T>(&mut self, tried: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.stalled = None;
            return tried;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(TAKES_WITHIN)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, there: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, there)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(tried, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.judge(tried, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_flush(context);
        self.judge(tried, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_shutdown(context);
        self.judge(tried, context)
    }
}

#[cfg(target_os = "linux")]
fn bound_silence(stream: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(stream).set_tcp_user_timeout(Some(TAKES_WITHIN))
}

#[cfg(not(target_os = "linux"))]
fn bound_silence(_: &TcpStream) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_nothing_for_half_a_minute_is_given_up() {
        let (ours, _theirs) = duplex(64);
        let began = Instant::now();
        let failed = Watched::of(ours).write_all(&[0; 65]).await.unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
        // Timers count in milliseconds.
        assert_eq!(began.elapsed().as_secs(), TAKES_WITHIN.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_slow_is_waited_for_however_long_all_of_it_takes() {
        let (ours, mut theirs) = duplex(64);
        let mut ours = Watched::of(ours);
        let taking = async {
            let mut taken = 0;
            while taken < 1_000 {
                tokio::time::sleep(TAKES_WITHIN - Duration::from_secs(1)).await;
                taken += theirs.read(&mut [0; 10]).await.unwrap();
            }
        };
        let (written, ()) = tokio::join!(ours.write_all(&[0; 1_000]), taking);
        written.unwrap();
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_system_gives_up_as_soon_on_whoever_confirms_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_theirs, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let watched = Watched::connection(accepted.unwrap().0);
        let bound = socket2::SockRef::from(&watched.stream).tcp_user_timeout().unwrap();
        assert_eq!(bound, Some(TAKES_WITHIN));
    }
}
