//! A refusal as an HTTP answer: the envelope that all of Guildhall's answers use.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

#[cfg(feature = "axum")]
use crate::MissingPermission;
use crate::VerifyError;

pub(crate) fn unverified<Body: From<String>>(refusal: VerifyError) -> Response<Body> {
    let status = refusal.http_status();
    let error = json!({ "code": refusal.reason(), "message": refusal.to_string(), "status": status.as_u16() });
    let mut response = envelope(status, error);
    match status {
        StatusCode::SERVICE_UNAVAILABLE => response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1")),
        StatusCode::UNAUTHORIZED => response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        _ => None,
    };
    response
}

#[cfg(feature = "axum")]
pub(crate) fn not_permitted<Body: From<String>>(missing: &MissingPermission) -> Response<Body> {
    let status = StatusCode::FORBIDDEN;
    let details = json!({ "required_permission": missing.required_permission, "held_roles": missing.held_roles });
    let error = json!({
        "code": MissingPermission::REASON, "message": missing.to_string(), "status": status.as_u16(), "details": details,
    });
    envelope(status, error)
}

fn envelope<Body: From<String>>(status: StatusCode, error: Value) -> Response<Body> {
    let mut response = Response::new(Body::from(json!({ "error": error }).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
