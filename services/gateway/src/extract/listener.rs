//! Which program wants to hear what is taken away.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::client_origin::ClientOrigin;
use super::server_key::ServerKey;
use crate::gateway::Gateway;
use crate::http_error::HttpError;

/// Another service of the deployment, or whoever shows something that looks like a server API key; a key counts first. Identity has
/// the key checked; nothing is allowed here.
pub(crate) enum Listener {
    Service(ClientOrigin),
    Key(ServerKey),
}

impl Listener {
    /// The message as this listener's call.
    pub(crate) fn call<T>(&self, message: T) -> tonic::Request<T> {
        match self {
            Self::Service(origin) => origin.call(message),
            Self::Key(key) => key.call(message),
        }
    }
}

impl FromRequestParts<Gateway> for Listener {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, HttpError> {
        if !parts.headers.contains_key(AUTHORIZATION) && gateway.service_secrets.are_shown(&parts.headers) {
            let Ok(origin) = ClientOrigin::from_request_parts(parts, gateway).await;
            return Ok(Self::Service(origin));
        }
        ServerKey::from_request_parts(parts, gateway).await.map(Self::Key)
    }
}
