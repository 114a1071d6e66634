//! The outermost layer: request id, deadline, trace, bounds on what comes in, headers on what goes out, one
//! log line; and the answers where no route is reached.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, USER_AGENT, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue};
use ipnet::IpNet;
use service_kit::access_log::{AccessLine, CLIENT_GONE, Outcome};
use service_kit::request_scope::{DEFAULT_TIMEOUT, REQUEST_ID, RequestScope};
use service_kit::traces::{Kind, TraceContext, TraceScope};
use service_kit::{ErrorReason, Refusal, Traces};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::extract::client_address;
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

/// What the service is called in logs and traces.
const SERVICE: &str = "gateway";

/// What the layer has to know.
#[derive(Clone, Default)]
pub(crate) struct Edge {
    pub(crate) traces: Traces,
    /// Networks of the proxies whose forwarding header is believed.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
}

/// Puts the layer around the router, and an answer in the envelope where it has no route.
pub(crate) fn around<S: Clone + Send + Sync + 'static>(router: Router<S>, edge: &Edge) -> Router<S> {
    around_routes(router.fallback(unknown_route), edge)
}

/// The same around routes that are merged into a router with an answer for the rest.
pub(crate) fn around_routes<S: Clone + Send + Sync + 'static>(router: Router<S>, edge: &Edge) -> Router<S> {
    let enter = from_fn_with_state(edge.clone(), enter);
    router.method_not_allowed_fallback(wrong_method).layer(CatchPanicLayer::custom(after_panic)).layer(enter)
}

async fn enter(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    // The route and never the path: paths hold secret tokens.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let scope = RequestScope::of_headers(request.headers());
    let (mut scope, bad_header) = match scope {
        Ok(scope) => (scope, None),
        Err(refusal) => (RequestScope::begin(DEFAULT_TIMEOUT), Some(refusal)),
    };
    let parent = TraceContext::of_headers(request.headers());
    let name = || format!("{method} {route}");
    let (trace, mut span) = TraceScope::begin(parent.as_ref(), SERVICE, &edge.traces, Kind::Server, name);
    scope.trace = trace;
    span.text("http.request.method", method.as_str());
    span.text("http.route", route.as_str());
    span.text("guildhall.request_id", &*scope.request_id);
    // At the level of errors, so that whatever is logged says which request it is about.
    let log = tracing::error_span!(
        parent: None,
        "request",
        service = SERVICE,
        http_method = method,
        http_route = route,
        request_id = %scope.request_id,
        trace_id = %scope.trace.context().trace_id(),
        span_id = %scope.trace.context().span_id(),
    );
    let facts = Arc::clone(&scope.facts);
    facts.note_peer("client".to_owned(), false);
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    facts.note_client(client_address(request.extensions(), request.headers(), &edge.trusted_proxies), agent);
    let request_id = HeaderValue::try_from(&*scope.request_id);
    let deadline = scope.deadline;
    let line = AccessLine::begin(Arc::clone(&facts), Outcome::Http(CLIENT_GONE));

    let answering = async {
        let answer = match bad_header.map_or_else(|| check_bounds(request.headers()), Err) {
            Err(refusal) => HttpError::from(refusal).into_response(),
            Ok(()) => match tokio::time::timeout_at(deadline, next.run(request)).await {
                Ok(answer) => answer,
                Err(_) => HttpError::from(tonic::Status::deadline_exceeded("")).into_response(),
            },
        };
        line.end(Outcome::Http(answer.status().as_u16()));
        span.number("http.response.status_code", answer.status().as_u16().into());
        let failure = answer.status().is_server_error().then(|| facts.reason().unwrap_or("unknown"));
        span.finish(failure);
        answer
    };
    let mut answer = scope.run(answering).instrument(log).await;

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
        let router = super::around(Router::new().route("/", get(panics)), &super::Edge::default());
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
