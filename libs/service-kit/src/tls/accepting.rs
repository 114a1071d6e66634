//! The side that is called.

mod handshakes;

use std::io;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use rustls::CertificateError;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use self::handshakes::Handshakes;
use super::wire::{Wire, cause};
use super::{Seldom, Tls};
use crate::http_server::wait_out;

/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// Accepted connections, for ever: what goes wrong with one is no reason to refuse the next. Over TLS they come here once the
/// handshake is done, in which nobody waits for anybody.
pub(crate) fn connections(listener: TcpListener, tls: Tls) -> impl Stream<Item = io::Result<Wire>> {
    connections_after(Handshakes::default(), listener, tls)
}

fn connections_after(handshakes: Handshakes, listener: TcpListener, tls: Tls) -> impl Stream<Item = io::Result<Wire>> {
    stream::unfold((listener, tls, handshakes), |(listener, tls, mut handshakes)| async move {
        loop {
            tokio::select! {
                accepted = listener.accept(), if handshakes.have_room() => match accepted {
                    Ok((stream, peer)) => {
                        if let Err(error) = stream.set_nodelay(true) {
                            tracing::debug!(%error, "a connection keeps its delay");
                        }
                        if !tls.is_answering() {
                            return Some((Ok(Wire::plain(stream)), (listener, tls, handshakes)));
                        }
                        handshakes.begin(peer.ip(), shake_hands(stream, tls.clone()));
                    }
                    Err(error) => wait_out(&error).await,
                },
                // Every end is taken, whatever came of it: a pattern that leaves some out would switch this branch off until
                // somebody else comes, and without room for anybody there would be no branch left.
                ended = handshakes.next_end(), if !handshakes.is_empty() => {
                    if let Some(wire) = ended {
                        return Some((Ok(wire), (listener, tls, handshakes)));
                    }
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::pin::pin;

    use futures_util::StreamExt;
    use rustls::pki_types::ServerName;
    use tokio::io::AsyncReadExt;
    use tokio::time::{pause, resume};

    use super::*;
    use crate::tls::{Dialer, OwnCertificate, TlsSettings};

    #[tokio::test]
    async fn whoever_takes_all_places_and_says_nothing_is_given_up_and_the_next_one_is_served() {
        let (authority, folder) = (test_kit::Authority::new(), tempfile::tempdir().unwrap());
        let place = |name: &str| folder.path().join(name);
        authority.issue(&["localhost"]).write_to(folder.path());
        test_kit::put(&place("ca.crt"), &authority.pem());
        let own = Some(OwnCertificate { certificate: place("tls.crt"), key: place("tls.key") });
        let settings = TlsSettings { own, callers: None, upstream_authorities: Some(place("ca.crt")) };
        let tls = Tls::open(settings).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = connections_after(Handshakes::with_room_for(2), listener, tls.clone());
        let first = tokio::spawn(async move { pin!(connections).next().await.unwrap().unwrap() });

        let mut silent = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
        // Time runs on while nothing else is awaited than their end.
        pause();
        for one in &mut silent {
            assert_eq!(one.read(&mut [0; 1]).await.unwrap(), 0);
        }
        resume();
        let caller = Dialer::over(&tls, ServerName::try_from("localhost").unwrap());
        let (_theirs, _ours) =
            (caller.dial(&format!("http://{address}").parse().unwrap()).await.unwrap(), first.await.unwrap());
    }
}
