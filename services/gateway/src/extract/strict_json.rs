//! Bodies: JSON and nothing but, exactly of the shape expected.

use axum::extract::{FromRequest, Request};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use service_kit::{ErrorReason, Refusal};

use super::bounded_body::{LARGEST, read};
use super::strict_value::strict_value;
use super::violation::violation;
use crate::http_error::HttpError;

/// The body as a `T`; refused with the JSON path of what does not fit.
pub(crate) struct StrictJson<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for StrictJson<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, _: &S) -> Result<Self, HttpError> {
        if !is_json(request.headers()) {
            return Err(Refusal::new(
                ErrorReason::UnsupportedMediaType,
                "Send the body as JSON in UTF-8 with content-type: application/json.",
            )
            .into());
        }
        let body = read(request.into_body(), LARGEST).await?;
        let value = strict_value(&body).map_err(|error| violation(&error))?;
        if !value.is_object() {
            // Otherwise an array would do where every field may be left out.
            return Err(HttpError::invalid("body", "must be an object"));
        }
        serde_path_to_error::deserialize(value).map(Self).map_err(|error| violation(&error))
    }
}

/// `application/json`, in UTF-8 if a charset is named.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = content_type.split(';').map(str::trim);
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
        && parts.filter(|parameter| !parameter.is_empty()).all(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}
