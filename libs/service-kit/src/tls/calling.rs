//! The side that calls.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower::Service;

use super::wire::{Wire, cause};
use super::{HTTP_2, Seldom, Tls};
use crate::entropy::Entropy;

/// Connects to one of the addresses of a name, and over TLS believes only whoever shows a certificate for it.
#[derive(Clone)]
pub(crate) struct Dialer {
    /// What is believed, and for whom the certificate has to be.
    over: Option<(Tls, ServerName<'static>)>,
    refusals: Arc<Seldom>,
}

impl Dialer {
    /// In plain text.
    pub(crate) fn plain() -> Self {
        Self { over: None, refusals: Arc::default() }
    }

    /// Over TLS; whoever answers has to be `name`.
    pub(crate) fn over(tls: &Tls, name: ServerName<'static>) -> Self {
        Self { over: Some((tls.clone(), name)), refusals: Arc::default() }
    }

    /// A connection to where this URL points.
    pub(crate) async fn dial(&self, to: &Uri) -> io::Result<Wire> {
        let stream = connect(to).await?;
        stream.set_nodelay(true)?;
        let Some((tls, name)) = &self.over else { return Ok(Wire::plain(stream)) };
        let config = tls.current().client.ok_or_else(|| io::Error::other("no authority is believed"))?;
        let shaken = TlsConnector::from(config).connect(name.clone(), stream).await;
        let stream = shaken.inspect_err(|error| self.tell(&name.to_str(), error))?;
        if stream.get_ref().1.alpn_protocol() != Some(HTTP_2) {
            return Err(io::Error::other("the other side does not speak HTTP/2 over TLS"));
        }
        Ok(Wire::tls(stream, Some(Arc::clone(&self.refusals))))
    }
}

impl Dialer {
    /// That nobody is there is told by whoever makes the call.
    fn tell(&self, name: &str, error: &io::Error) {
        match cause(error) {
            Some(cause) => self.refusals.tell(|others| {
                tracing::warn!(name, %cause, others, "another service is not believed, and not called");
            }),
            None => tracing::debug!(name, %error, "another service went away in the handshake"),
        }
    }
}

/// Where a name has several addresses, those who connect at once do not all go to the same one.
async fn connect(to: &Uri) -> io::Result<TcpStream> {
    let host = to.host().ok_or(io::ErrorKind::InvalidInput)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = to.port_u16().unwrap_or(if to.scheme_str() == Some("https") { 443 } else { 80 });
    let mut addresses: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await?.collect();
    let turn = usize::try_from(Entropy::system().below(addresses.len().max(1) as u64)).unwrap_or(0);
    addresses.rotate_left(turn);
    TcpStream::connect(addresses.as_slice()).await
}

impl Service<Uri> for Dialer {
    type Response = TokioIo<Wire>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<Wire>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let dialer = self.clone();
        Box::pin(async move { dialer.dial(&to).await.map(TokioIo::new) })
    }
}
