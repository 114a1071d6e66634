//! Answers over HTTP/2 whose stream's window their reader never opens. The connection is read and its pings are answered, so nothing
//! else tells: left alone, whoever asks for much and takes nothing keeps all of it in memory for as long as the connection lives.
//!
//! An answer is handed to HTTP/2 in pieces, so that no more of it than one is out of our hands, and a stream that takes none for half
//! a minute is reset. Other streams of its connection go on.

use std::future::{Future, pending};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use hyper::rt::Executor;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::stalled::TAKES_WITHIN;

/// As much as goes into one frame of HTTP/2, unless its reader asks for larger ones.
const PIECE_BYTES: usize = 16 * 1024;

/// When the piece was handed over that waits to be taken, if one does.
type Since = Option<Instant>;

/// Runs the streams of one connection, and resets those whose reader takes nothing. Hyper runs a stream right after it has asked
/// for its answer, in the connection's own task: so whatever was announced last belongs to the stream that comes next.
#[derive(Clone, Default)]
pub(crate) struct Streams {
    announced: Arc<Mutex<Option<watch::Receiver<Since>>>>,
}

impl Streams {
    /// Announces a stream's answer before it is begun.
    pub(crate) fn announce(&self) -> Announced {
        let (handed, handed_over) = watch::channel(None);
        *self.announced.lock().unwrap_or_else(PoisonError::into_inner) = Some(handed_over);
        Announced(handed)
    }
}

impl<S> Executor<S> for Streams
where
    S: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: S) {
        let announced = self.announced.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(handed_over) = announced else {
            tokio::spawn(stream);
            return;
        };
        tokio::spawn(async move {
            tokio::select! {
                biased;
                () = stream => {}
                () = stalled(handed_over) => tracing::debug!("an answer was given up that its reader does not take"),
            }
        });
    }
}

/// Waits until a piece has not been taken for half a minute.
async fn stalled(mut handed_over: watch::Receiver<Since>) {
    loop {
        let since = *handed_over.borrow_and_update();
        let mut news = pin!(handed_over.changed());
        let heard = match since {
            None => news.await,
            Some(since) => tokio::select! {
                biased;
                heard = &mut news => heard,
                () = sleep_until(since + TAKES_WITHIN) => return,
            },
        };
        if heard.is_err() {
            // The last piece is on its way, and the stream ends by itself.
            pending::<()>().await;
        }
    }
}

/// A stream's answer that is to come.
pub(crate) struct Announced(watch::Sender<Since>);

impl Announced {
    /// The answer in pieces.
    pub(crate) fn in_pieces(self, answer: Body) -> Body {
        Body::new(InPieces { answer, rest: Bytes::new(), handed: self.0 })
    }
}

struct InPieces {
    answer: Body,
    rest: Bytes,
    handed: watch::Sender<Since>,
}

impl InPieces {
    /// Who asks for the next piece has taken the one before.
    fn was_taken(&self) {
        self.handed.send_if_modified(|since| since.take().is_some());
    }

    /// The last byte is a piece of its own: once nothing but trailers comes after a piece, nobody waits for it to be taken, and a
    /// window that is one byte too small would keep all of an answer for ever.
    fn hand_over(&mut self) -> Frame<Bytes> {
        let before_last = self.rest.len().saturating_sub(1);
        let piece = self.rest.split_to(before_last.clamp(1, PIECE_BYTES));
        self.handed.send_replace(Some(Instant::now()));
        Frame::data(piece)
    }
}

impl HttpBody for InPieces {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.was_taken();
        while self.rest.is_empty() {
            let next = ready!(Pin::new(&mut self.answer).poll_frame(context));
            match next.map(|next| next.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.rest = data,
                Some(Ok(Err(trailers))) => return Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        Poll::Ready(Some(Ok(self.hand_over())))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.answer.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (mut hint, rest) = (self.answer.size_hint(), self.rest.len() as u64);
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint.set_lower(hint.lower().saturating_add(rest));
        hint
    }
}
