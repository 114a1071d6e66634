//! The outermost layer: request id, deadline, bounds on what comes in, headers on what goes out, one
//! log line; and the answers where no route is reached.

use std::any::Any;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue};
use service_kit::request_scope::{DEFAULT_TIMEOUT, REQUEST_ID, RequestScope};
use service_kit::{ErrorReason, Refusal};
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

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

/// Puts the layer around the router, and an answer in the envelope where it has no route.
pub(crate) fn around<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    around_routes(router.fallback(unknown_route))
}

/// The same around routes that are merged into a router with an answer for the rest.
pub(crate) fn around_routes<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.method_not_allowed_fallback(wrong_method).layer(CatchPanicLayer::custom(after_panic)).layer(from_fn(enter))
}

async fn enter(request: Request, next: Next) -> Response {
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
    Ok(())
}

async fn unknown_route() -> HttpError {
    Refusal::new(ErrorReason::NotFound, "There is nothing at this path; see /openapi.json.").into()
}

async fn wrong_method() -> HttpError {
    Refusal::new(ErrorReason::MethodNotAllowed, "This path does not take this method; the Allow header says which.")
        .into()
}

/// What a panic said is for the log alone.
fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    HttpError::from(Refusal::internal(format!("a handler panicked: {}", said.unwrap_or("nothing said"))))
        .into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::extract::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    #[tokio::test]
    async fn a_panic_is_answered_in_the_envelope_without_its_words() {
        async fn panics() -> &'static str {
            panic!("a secret of ours")
        }
        let router = super::around(Router::new().route("/", get(panics)));
        let request = Request::builder().uri("/").header("x-request-id", "request-1").body(Body::empty()).unwrap();

        let answer = router.oneshot(request).await.unwrap();

        assert_eq!(answer.status(), 500);
        assert_eq!(answer.headers()["x-request-id"], "request-1");
        let body = String::from_utf8(to_bytes(answer.into_body(), 4096).await.unwrap().to_vec()).unwrap();
        assert!(
            body.contains("\"code\":\"INTERNAL_ERROR\"") && body.contains("\"request_id\":\"request-1\""),
            "{body}"
        );
        assert!(!body.contains("secret"), "{body}");
    }
}
