//! Where a request came from.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use contracts::identity::v1::ClientContext;
use http::header::USER_AGENT;
use http::request::Parts;

const LONGEST_USER_AGENT: usize = 400;

/// The peer's address and the User-Agent. Forwarded headers are not believed: anybody can write them.
pub(crate) struct ClientOrigin(pub(crate) ClientContext);

impl<S: Sync> FromRequestParts<S> for ClientOrigin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let user_agent = parts.headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        Ok(Self(ClientContext {
            ip_address: peer.map(|ConnectInfo(peer)| peer.ip().to_canonical().to_string()).unwrap_or_default(),
            user_agent: user_agent.unwrap_or_default().chars().take(LONGEST_USER_AGENT).collect(),
        }))
    }
}
