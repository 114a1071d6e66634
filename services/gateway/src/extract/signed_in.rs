//! Who calls, by the bearer token.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use service_kit::authentication::refuse_token;
use service_kit::{ErrorReason, Refusal};
use token_verification::{Caller, TokenVerifier, VerifyError};
use tonic::metadata::{Ascii, MetadataValue};

use crate::gateway::Gateway;
use crate::http_error::HttpError;

/// A caller with a valid access token. The services verify it again and decide; nothing is allowed here.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) caller: Caller,
    authorization: MetadataValue<Ascii>,
}

impl SignedIn {
    /// The message as this caller's call.
    pub(crate) fn call<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        request.metadata_mut().insert("authorization", self.authorization.clone());
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
        let caller = bearer_caller(&gateway.verifier, &parts.headers).map_err(refuse_token)?;
        let header = parts.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
        let mut authorization = MetadataValue::try_from(header).map_err(Refusal::internal)?;
        authorization.set_sensitive(true);
        Ok(Self { caller, authorization })
    }
}

/// Verifies the bearer token. Cookies are left aside: no route here guards against forged requests of
/// other sites.
pub(crate) fn bearer_caller(verifier: &TokenVerifier, headers: &HeaderMap) -> Result<Caller, VerifyError> {
    let mut authorizations = HeaderMap::new();
    for value in headers.get_all(AUTHORIZATION) {
        authorizations.append(AUTHORIZATION, value.clone());
    }
    verifier.authenticate(&authorizations)
}
