//! Bodies as they were sent, byte for byte.

use axum::extract::{FromRequest, Request};

use super::bounded_body::read;
use crate::http_error::HttpError;

/// The largest body that is handed on unread, in bytes.
const LARGEST: usize = 1024 * 1024;

/// A body that somebody else reads.
pub(crate) struct RawBody(pub(crate) Vec<u8>);

impl<S: Sync> FromRequest<S> for RawBody {
    type Rejection = HttpError;

    async fn from_request(request: Request, _: &S) -> Result<Self, HttpError> {
        read(request.into_body(), LARGEST).await.map(Self)
    }
}
