//! The outermost layer: request id, deadline, bounds on what comes in, headers on what goes out, one
//! log line; and the answers where no route is reached.

use std::any::Any;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue};
use service_kit::request_scope::{DEFAULT_TIMEOUT, REQUEST_ID, RequestScope};
use service_kit::{ErrorReason, Refusal};
use tokio::time::Instant;
use tracing::Instrument;

use crate::extract::LARGEST_BODY;
use crate::http_error::HttpError;

/// Names and values of all headers together, in bytes.
const LARGEST_HEADERS: usize = 16 * 1024;

/// What every answer carries unless its route says otherwise. Nothing is to be cached, sniffed, framed
/// or told to the next site.
const DEFAULT_HEADERS: [(HeaderName, &str); 4] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "no-referrer"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
];

pub(crate) async fn enter(request: Request, next: Next) -> Response {
    let started = Instant::now();
    // The route and never the path: paths hold secret tokens.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let scope = RequestScope::of_headers(request.headers());
    let (scope, bad_header) = match scope {
        Ok(scope) => (scope, None),
        Err(refusal) => (RequestScope::begin(DEFAULT_TIMEOUT), Some(refusal)),
    };
    let span = tracing::info_span!("request", method, route, request_id = %scope.request_id);
    let request_id = HeaderValue::try_from(&*scope.request_id);
    let deadline = scope.deadline;

    let answering = async {
        let answer = match bad_header.map_or_else(|| check_bounds(request.headers()), Err) {
            Err(refusal) => HttpError::from(refusal).into_response(),
            Ok(()) => match tokio::time::timeout_at(deadline, next.run(request)).await {
                Ok(answer) => answer,
                Err(_) => HttpError::from(tonic::Status::deadline_exceeded("")).into_response(),
            },
        };
        let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = answer.status().as_u16(), took_ms, "answered");
        answer
    };
    let mut answer = scope.run(answering).instrument(span).await;

    let headers = answer.headers_mut();
    for (name, value) in DEFAULT_HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(request_id) = request_id {
        headers.insert(REQUEST_ID, request_id);
    }
    answer
}

fn check_bounds(headers: &HeaderMap) -> Result<(), Refusal> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > LARGEST_HEADERS {
        return Err(Refusal::new(
            ErrorReason::HeadersTooLarge,
            "The request's headers are larger than 16 KiB; send fewer or smaller ones.",
        ));
    }
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    if declared.is_some_and(|length: usize| length > LARGEST_BODY) {
        return Err(body_too_large());
    }
    Ok(())
}

pub(crate) fn body_too_large() -> Refusal {
    Refusal::new(ErrorReason::PayloadTooLarge, "The request's body is larger than 1 MiB; send less.")
}

pub(crate) async fn unknown_route() -> HttpError {
    Refusal::new(ErrorReason::NotFound, "There is nothing at this path; see /openapi.json.").into()
}

pub(crate) async fn wrong_method() -> HttpError {
    Refusal::new(ErrorReason::MethodNotAllowed, "This path does not take this method; the Allow header says which.")
        .into()
}

/// What a panic said is for the log alone.
pub(crate) fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    HttpError::from(Refusal::internal(format!("a handler panicked: {}", said.unwrap_or("nothing said")))).into_response()
}
