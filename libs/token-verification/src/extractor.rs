//! `Caller` as an argument of axum's handlers, and refusals as answers.

use axum_core::extract::{FromRef, FromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;

use crate::{Caller, MissingPermission, TokenVerifier, VerifyError, answer};

/// Whoever sent the request, by the verifier in the application's state. With the feature `feed`, the header
/// [`Position::MINIMUM_HEADER`](crate::Position::MINIMUM_HEADER) is honoured.
impl<S> FromRequestParts<S> for Caller
where
    TokenVerifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = VerifyError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, VerifyError> {
        let verifier = TokenVerifier::from_ref(state);
        #[cfg(feature = "feed")]
        return verifier.authenticate_after(&parts.headers).await;
        #[cfg(not(feature = "feed"))]
        verifier.authenticate(&parts.headers)
    }
}

impl IntoResponse for VerifyError {
    fn into_response(self) -> Response {
        answer::unverified(self)
    }
}

impl IntoResponse for MissingPermission {
    fn into_response(self) -> Response {
        answer::not_permitted(&self)
    }
}
