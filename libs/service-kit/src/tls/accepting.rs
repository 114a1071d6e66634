//! The side that is called.

use std::io;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use rustls::CertificateError;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::wire::{Wire, cause};
use super::{Seldom, Tls};
use crate::http_server::wait_out;

/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// Handshakes at once. Who comes while there are as many waits in the system's queue.
const HANDSHAKES_AT_ONCE: usize = 512;

/// Accepted connections, for ever: what goes wrong with one is no reason to refuse the next. Over TLS they come here once the
/// handshake is done, in which nobody waits for anybody.
pub(crate) fn connections(listener: TcpListener, tls: Tls) -> impl Stream<Item = io::Result<Wire>> {
    stream::unfold((listener, tls, JoinSet::new()), |(listener, tls, mut handshakes)| async move {
        loop {
            tokio::select! {
                accepted = listener.accept(), if handshakes.len() < HANDSHAKES_AT_ONCE => match accepted {
                    Ok((stream, _)) => {
                        if let Err(error) = stream.set_nodelay(true) {
                            tracing::debug!(%error, "a connection keeps its delay");
                        }
                        if !tls.is_answering() {
                            return Some((Ok(Wire::plain(stream)), (listener, tls, handshakes)));
                        }
                        handshakes.spawn(shake_hands(stream, tls.clone()));
                    }
                    Err(error) => wait_out(&error).await,
                },
                Some(Ok(Some(wire))) = handshakes.join_next(), if !handshakes.is_empty() => {
                    return Some((Ok(wire), (listener, tls, handshakes)));
                }
            }
        }
    })
}

/// `None` when there is nobody to serve at the other end.
async fn shake_hands(stream: TcpStream, tls: Tls) -> Option<Wire> {
    let acceptor = TlsAcceptor::from(tls.current().server?);
    match timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(Wire::tls(stream, None)),
        Ok(Err(error)) => {
            tell(&tls.0.refused, &error);
            None
        }
        Err(_) => {
            tracing::debug!("a caller did not finish its handshake");
            None
        }
    }
}

/// Whoever only looks whether the port is open is no news.
fn tell(refused: &Seldom, error: &io::Error) {
    match cause(error) {
        // Told by whoever knows the names.
        Some(rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)) => {}
        Some(cause) => refused.tell(|others| tracing::warn!(%cause, others, "a caller was refused in its handshake")),
        None => tracing::debug!(%error, "a caller went away in its handshake"),
    }
}
