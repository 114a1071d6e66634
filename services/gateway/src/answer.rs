//! What answers carry beside their body.

use std::convert::Infallible;

use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::{HeaderName, HeaderValue, StatusCode};

const POSITION: HeaderName = HeaderName::from_static("guildhall-position");

/// The position at which older tokens end, with the letter of the service that counts it. 0: none end.
pub(crate) struct Position {
    owner: char,
    position: i64,
}

impl Position {
    pub(crate) const fn of_identity(position: i64) -> Self {
        Self { owner: 'i', position }
    }

    pub(crate) const fn of_organizations(position: i64) -> Self {
        Self { owner: 'o', position }
    }

    pub(crate) const fn of_billing(position: i64) -> Self {
        Self { owner: 'b', position }
    }
}

impl IntoResponseParts for Position {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if self.position > 0
            && let Ok(value) = HeaderValue::try_from(format!("{}:{}", self.owner, self.position))
        {
            parts.headers_mut().insert(POSITION, value);
        }
        Ok(parts)
    }
}

/// Done, and nothing to show but the position.
pub(crate) struct NoContent(pub(crate) Position);

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        (StatusCode::NO_CONTENT, self.0, ()).into_response()
    }
}
