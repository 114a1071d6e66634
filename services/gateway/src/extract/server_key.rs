//! Which program calls: by its server API key.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use service_kit::request_scope::RequestScope;
use service_kit::{Refusal, ServerKeySecret};
use tonic::metadata::{Ascii, MetadataValue};

use super::client_origin::ClientOrigin;
use crate::gateway::Gateway;
use crate::http_error::HttpError;

/// A caller who shows something that looks like a server API key. Billing knows whether it is one and decides; nothing is
/// allowed here. Cookies do not count.
pub(crate) struct ServerKey {
    authorization: MetadataValue<Ascii>,
    origin: ClientOrigin,
}

impl ServerKey {
    /// The message as this caller's call.
    pub(crate) fn call<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = self.origin.call(message);
        request.metadata_mut().insert("authorization", self.authorization.clone());
        request
    }
}

impl FromRequestParts<Gateway> for ServerKey {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, HttpError> {
        ServerKeySecret::of_headers(&parts.headers)?;
        RequestScope::note(|facts| facts.note_server_key(None));
        let header = parts.headers.get(AUTHORIZATION).map(http::HeaderValue::as_bytes).unwrap_or_default();
        let mut authorization = MetadataValue::try_from(header).map_err(Refusal::internal)?;
        authorization.set_sensitive(true);
        let Ok(origin) = ClientOrigin::from_request_parts(parts, gateway).await;
        Ok(Self { authorization, origin })
    }
}
