//! Where a request came from.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::header::USER_AGENT;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderName};
use ipnet::IpNet;
use service_kit::call_origin::tell_origin;

use crate::gateway::Gateway;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const LONGEST_USER_AGENT: usize = 400;

/// The caller's address and User-Agent.
#[derive(Clone)]
pub(crate) struct ClientOrigin {
    ip_address: String,
    user_agent: String,
}

impl ClientOrigin {
    /// The message as a call from there. Where it came from stands beside the message, as a call that is repeated from
    /// elsewhere is the same call.
    pub(crate) fn call<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        tell_origin(request.metadata_mut(), &self.ip_address, &self.user_agent);
        request
    }
}

impl FromRequestParts<Gateway> for ClientOrigin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Infallible> {
        let ip = client_address(&parts.extensions, &parts.headers, &gateway.trusted_proxies);
        let user_agent = parts.headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        Ok(Self {
            ip_address: ip.map(|ip| ip.to_string()).unwrap_or_default(),
            user_agent: user_agent.unwrap_or_default().chars().take(LONGEST_USER_AGENT).collect(),
        })
    }
}

/// Where a request comes from, if anybody knows.
pub(crate) fn client_address(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(peer)| address(peer.ip(), headers, trusted))
}

/// The nearest address that is not one of our proxies. Each proxy adds at the end of the header whom it
/// heard from, so it is read from there, and no further than trusted proxies have written it: the rest
/// anybody can make up.
fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut nearest = peer.to_canonical();
    let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while is_trusted(&nearest) {
        match hops.next().and_then(|hop| hop.trim().parse::<IpAddr>().ok()) {
            Some(hop) => nearest = hop.to_canonical(),
            None => break,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let headers = forwarded.iter().map(|value| (FORWARDED_FOR, value.parse().unwrap())).collect();
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn without_trusted_proxies_the_header_is_not_believed() {
        assert_eq!(seen("192.0.2.9", &["203.0.113.7"], &[]), "192.0.2.9");
        assert_eq!(seen("192.0.2.9", &["203.0.113.7"], &["10.0.0.0/8"]), "192.0.2.9");
    }

    #[test]
    fn what_a_trusted_proxy_wrote_is_believed_and_what_stands_before_it_is_not() {
        let trusted = ["10.0.0.0/8", "2001:db8::/32"];
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, 203.0.113.7"], &trusted), "203.0.113.7");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1", "203.0.113.7, 10.9.9.9"], &trusted), "203.0.113.7");
        assert_eq!(seen("2001:db8::1", &["203.0.113.7"], &trusted), "203.0.113.7");
        assert_eq!(seen("::ffff:10.0.0.1", &["203.0.113.7"], &trusted), "203.0.113.7");
    }

    #[test]
    fn what_is_no_address_ends_the_walk() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(seen("10.0.0.1", &[], &trusted), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.7, unknown"], &trusted), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.7, nonsense, 10.0.0.2"], &trusted), "10.0.0.2");
    }
}
