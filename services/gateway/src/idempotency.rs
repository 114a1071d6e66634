//! The key under which a POST is carried out once: it goes on to the services, which do so.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method};
use service_kit::idempotency::{IDEMPOTENT_REPLAYED, IdempotencyKey, pass_on};

use crate::http_error::HttpError;

/// On other methods the header means nothing: they read, or can be repeated as they are.
pub(crate) async fn pass_key_on(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let key = match IdempotencyKey::of_headers(request.headers()) {
        Ok(Some(key)) => key,
        Ok(None) => return next.run(request).await,
        Err(refusal) => return HttpError::from(refusal).into_response(),
    };
    let (mut answer, was_replayed) = pass_on(key, next.run(request)).await;
    if was_replayed {
        answer.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
    answer
}
