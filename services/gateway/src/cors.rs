//! Lets pages of the apps' origins read answers (CORS), by exact name. Nobody else is told anything.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::csrf::only;
use crate::origins::Origins;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
/// What a page may send beside what needs no leave.
const SENT: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, guildhall-min-position, idempotency-key, traceparent, tracestate, x-request-id",
);
/// What a page may read beside what needs no leave.
const READ: HeaderValue = HeaderValue::from_static(
    "guildhall-position, guildhall-refresh-hint, idempotent-replayed, retry-after, x-request-id",
);
/// Seconds that a browser may remember the leave.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");
const YES: HeaderValue = HeaderValue::from_static("true");

pub(crate) async fn allow_apps(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    let allowed = allowed_origin(request.headers(), &origins);
    let mut answer = match &allowed {
        Some(_) if is_preflight(&request) => preflight(),
        _ => next.run(request).await,
    };
    let headers = answer.headers_mut();
    // Also where nothing is allowed: a cache must not give one site's answer to another.
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, YES);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, READ);
    }
    answer
}

fn allowed_origin(headers: &HeaderMap, origins: &Origins) -> Option<HeaderValue> {
    let origin = only(headers, &ORIGIN)?;
    origins.is_of_an_app(origin).then(|| origin.clone())
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (ACCESS_CONTROL_ALLOW_HEADERS, SENT),
        (ACCESS_CONTROL_MAX_AGE, REMEMBERED),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
