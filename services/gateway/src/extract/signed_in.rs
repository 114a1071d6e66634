//! Who calls: by the bearer token, else by the cookie.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use service_kit::authentication::refuse_token;
use service_kit::request_scope::RequestScope;
use service_kit::{ErrorReason, Refusal};
use token_verification::{Caller, Position};
use tonic::metadata::{Ascii, MetadataValue};

use super::client_origin::ClientOrigin;
use crate::cookies::ACCESS;
use crate::csrf::{self, is_write};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::refresh_hint::RefreshHint;
use crate::session_cookies::Delivery;

/// A caller with a valid access token. The services verify it again and decide; nothing is allowed here.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) caller: Caller,
    /// How new tokens reach this caller: the way that the old ones came.
    pub(crate) delivery: Delivery,
    authorization: MetadataValue<Ascii>,
    /// What the caller demands that whoever verifies knows.
    minimum: Option<MetadataValue<Ascii>>,
    origin: ClientOrigin,
}

impl SignedIn {
    /// The message as this caller's call.
    pub(crate) fn call<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = self.origin.call(message);
        request.metadata_mut().insert("authorization", self.authorization.clone());
        if let Some(minimum) = &self.minimum {
            request.metadata_mut().insert(Position::MINIMUM_HEADER, minimum.clone());
        }
        request
    }

    /// The organization that the caller acts for, as its UUID in text form.
    pub(crate) fn active_organization(&self) -> Result<String, HttpError> {
        let active = self.caller.organization.as_ref().map(|organization| organization.id.to_string());
        active.ok_or_else(|| {
            Refusal::new(
                ErrorReason::OrganizationNotFound,
                "The access token is for no organization; switch to one first.",
            )
            .into()
        })
    }
}

impl FromRequestParts<Gateway> for SignedIn {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, HttpError> {
        let caller = gateway.authenticate(&parts.headers).await.map_err(refuse_token)?;
        RequestScope::note(|facts| facts.note_caller(&caller));
        if let Some(hint) = parts.extensions.get::<RefreshHint>() {
            hint.note(&gateway.verifier, &caller);
        }
        let (authorization, delivery) = match parts.headers.get(AUTHORIZATION) {
            Some(header) => (MetadataValue::try_from(header.as_bytes()), Delivery::InBody),
            None => {
                if is_write(&parts.method) {
                    csrf::check(&parts.headers, &gateway.origins)?;
                }
                let token = ACCESS.read(&parts.headers)?.unwrap_or_default();
                (MetadataValue::try_from(format!("Bearer {token}").as_bytes()), Delivery::InCookies)
            }
        };
        let mut authorization = authorization.map_err(Refusal::internal)?;
        authorization.set_sensitive(true);
        // Read above, so it is one and readable.
        let minimum =
            parts.headers.get(Position::MINIMUM_HEADER).map(|value| MetadataValue::try_from(value.as_bytes()));
        let minimum = minimum.transpose().map_err(Refusal::internal)?;
        let Ok(origin) = ClientOrigin::from_request_parts(parts, gateway).await;
        Ok(Self { caller, delivery, authorization, minimum, origin })
    }
}

/// A caller who may be signed in already; credentials that are no good count as none. A demanded position that is unreadable is
/// refused all the same.
pub(crate) struct MaybeSignedIn(pub(crate) Option<SignedIn>);

impl FromRequestParts<Gateway> for MaybeSignedIn {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, HttpError> {
        let demands = parts.headers.contains_key(Position::MINIMUM_HEADER);
        match SignedIn::from_request_parts(parts, gateway).await {
            Ok(signed_in) => Ok(Self(Some(signed_in))),
            Err(error) if error.reason() == ErrorReason::ValidationError && demands => Err(error),
            Err(_) => Ok(Self(None)),
        }
    }
}
