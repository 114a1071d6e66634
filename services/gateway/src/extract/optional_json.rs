//! Bodies that may be left out.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::bounded_body::{LARGEST, read};
use super::strict_json::StrictJson;
use crate::http_error::HttpError;

/// The body as a `T`, or the `T` that says nothing when there is no body.
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Default, S: Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        let (parts, body) = request.into_parts();
        let body = read(body, LARGEST).await?;
        if body.is_empty() {
            return Ok(Self(T::default()));
        }
        let StrictJson(body) = StrictJson::from_request(Request::from_parts(parts, Body::from(body)), state).await?;
        Ok(Self(body))
    }
}
