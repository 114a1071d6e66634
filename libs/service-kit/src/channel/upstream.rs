//! The URL of another service, and how it is connected to.

use std::io;
use std::net::{IpAddr, SocketAddr};

use http::Uri;
use http::uri::PathAndQuery;
use rustls::pki_types::ServerName;
use tonic::transport::Endpoint;

use crate::tls::{Dialer, Tls};

/// A URL cannot be used to call another service.
#[derive(Debug, thiserror::Error)]
pub enum UnusableUrl {
    /// It is no URL.
    #[error("is no URL of a service: {0}")]
    Malformed(#[from] tonic::transport::Error),
    /// It names nobody who could have a certificate.
    #[error("must be http:// or https:// with a host")]
    NoHost,
    /// It asks for TLS, and nobody would be believed.
    #[error(
        "begins with https://, and no authority is believed; set GUILDHALL_UPSTREAM_CA_PATH to the file of the one that signs the \
         services' certificates"
    )]
    NobodyBelieved,
}

/// A service at a URL.
#[derive(Clone)]
pub(super) struct Upstream {
    /// As it is called.
    named: Endpoint,
    pub(super) dialer: Dialer,
    host: String,
    port: u16,
}

impl Upstream {
    pub(super) fn parse(url: &str, tls: &Tls) -> Result<Self, UnusableUrl> {
        let named = Endpoint::from_shared(url.to_owned())?;
        let uri = named.uri();
        let host = uri.host().ok_or(UnusableUrl::NoHost)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let (dialer, usual_port) = match uri.scheme_str() {
            Some("http") => (Dialer::plain(), 80),
            Some("https") if !tls.is_calling() => return Err(UnusableUrl::NobodyBelieved),
            Some("https") => {
                let name = ServerName::try_from(host.clone()).map_err(|_| UnusableUrl::NoHost)?;
                (Dialer::over(tls, name), 443)
            }
            _ => return Err(UnusableUrl::NoHost),
        };
        let port = uri.port_u16().unwrap_or(usual_port);
        Ok(Self { named, dialer, host, port })
    }

    /// Host and port, unless the host is an address already.
    pub(super) fn name(&self) -> Option<(String, u16)> {
        self.host.parse::<IpAddr>().is_err().then(|| (self.host.clone(), self.port))
    }

    /// Where it is, called by its name.
    pub(super) fn endpoint(&self) -> Endpoint {
        match self.host.parse::<IpAddr>() {
            Ok(address) => self.at(SocketAddr::new(address, self.port)),
            Err(_) => self.reached_at(&format!("{}:{}", self.host, self.port)),
        }
    }

    /// One of its addresses, called by its name.
    pub(super) fn at(&self, address: SocketAddr) -> Endpoint {
        self.reached_at(&address.to_string())
    }

    /// What is dialled says nothing of TLS: that is the dialler's business.
    fn reached_at(&self, authority: &str) -> Endpoint {
        let reached = Uri::builder().scheme("http").authority(authority).path_and_query(PathAndQuery::from_static("/"));
        let reached = reached.build().map_or_else(|_| self.named.clone(), Endpoint::from);
        reached.origin(self.named.uri().clone())
    }
}

/// Makes a connection to the service at a URL and lets it go, to find out why no call comes through.
pub async fn try_connection(url: &str, tls: &Tls) -> io::Result<()> {
    let upstream = Upstream::parse(url, tls).map_err(io::Error::other)?;
    upstream.dialer.dial(upstream.endpoint().uri()).await.map(drop)
}
