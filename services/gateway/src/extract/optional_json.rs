//! Bodies that need not be there.

use axum::body::HttpBody;
use axum::extract::{FromRequest, Request};
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::strict_json::StrictJson;
use crate::http_error::HttpError;

/// The body as a `T`, as strict as any; without one, the `T` of which nothing is said.
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Default, S: Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        if !request.headers().contains_key(CONTENT_TYPE) && request.body().is_end_stream() {
            return Ok(Self(T::default()));
        }
        StrictJson::from_request(request, state).await.map(|StrictJson(body)| Self(body))
    }
}
