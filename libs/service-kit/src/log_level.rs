//! `/loglevel` on the operator's port: what is logged, and more of it for a while.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, DefaultBodyLimit, RawQuery, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, USER_AGENT};
use http::{HeaderName, StatusCode};
use serde_json::json;

use crate::telemetry::LogFilter;

/// How long a filter holds where nobody says.
const USUALLY_FOR: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// Bytes of a filter.
const LARGEST_FILTER: usize = 4096;
/// What tools of a command line send. A page in a browser of this machine sends more, and so do proxies on it that pass others' requests
/// on, each kind with headers of its own.
const OF_TOOLS: [HeaderName; 8] =
    [HOST, USER_AGENT, ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT];

pub(crate) fn log_level_routes(filter: Option<LogFilter>) -> Router {
    match filter {
        None => Router::new(),
        Some(filter) => Router::new()
            .route("/loglevel", get(tell).post(change))
            .layer(DefaultBodyLimit::max(LARGEST_FILTER))
            .layer(from_fn(keep_strangers_out))
            .with_state(filter),
    }
}

async fn tell(State(filter): State<LogFilter>) -> Response {
    told(&filter)
}

/// Takes the filter in the body for `?for=` seconds; then what is configured counts again.
async fn change(State(filter): State<LogFilter>, RawQuery(query): RawQuery, wanted: String) -> Response {
    let Some(duration) = duration(query.as_deref().unwrap_or_default()) else {
        return (StatusCode::BAD_REQUEST, "for must be 1 to 86400, in seconds; ask for nothing else.\n")
            .into_response();
    };
    match filter.change(wanted.trim(), duration) {
        Ok(()) => told(&filter),
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

/// Lets nobody in from elsewhere, be it through somebody on this machine, and reads nothing of what they send.
async fn keep_strangers_out(ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request, next: Next) -> Response {
    let is_near = peer.ip().to_canonical().is_loopback();
    if is_near && request.headers().keys().all(|header| OF_TOOLS.contains(header)) {
        return next.run(request).await;
    }
    let advice = "Only a tool such as curl on the same machine may ask, with no headers of its own; in Kubernetes, use a port-forward.\n";
    (StatusCode::FORBIDDEN, advice).into_response()
}

fn told(filter: &LogFilter) -> Response {
    let state = filter.state();
    Json(json!({
        "filter": state.filter, "configured": state.configured, "seconds_left": state.left.map(|left| left.as_secs()),
    }))
    .into_response()
}

fn duration(query: &str) -> Option<Duration> {
    if query.is_empty() {
        return Some(USUALLY_FOR);
    }
    let seconds = query.strip_prefix("for=")?.parse().ok()?;
    let duration = Duration::from_secs(seconds);
    (!duration.is_zero() && duration <= LONGEST).then_some(duration)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn status_for(peer: &str, method: &str) -> StatusCode {
        status_of(peer, Request::builder().method(method)).await
    }

    async fn status_of(peer: &str, request: http::request::Builder) -> StatusCode {
        // The layer is held, as it is by a subscriber.
        let (filter, _layer) = LogFilter::new("info").unwrap();
        let mut request = request.uri("/loglevel").body(Body::from("debug")).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        log_level_routes(Some(filter)).oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn only_callers_on_the_same_machine_are_heard() {
        for method in ["GET", "POST"] {
            for near in ["127.0.0.1:5", "[::1]:5", "[::ffff:127.0.0.1]:5"] {
                assert_eq!(status_for(near, method).await, StatusCode::OK, "{near}");
            }
            for far in ["10.0.0.7:5", "[2001:db8::1]:5", "[::ffff:10.0.0.7]:5"] {
                assert_eq!(status_for(far, method).await, StatusCode::FORBIDDEN, "{far}");
            }
        }
    }

    #[tokio::test]
    async fn so_are_none_that_a_proxy_on_this_machine_speaks_for_before_anything_is_read() {
        let with = |header: &str| Request::builder().method("POST").header(header, "somebody");
        let of_proxies = [
            "forwarded",
            "x-forwarded-for",
            "X-Forwarded-Proto",
            "x-real-ip",
            "via",
            "l5d-client-id",
            "x-envoy-internal",
        ];
        for header in of_proxies.into_iter().chain(["origin", "cookie", "sec-fetch-mode"]) {
            let request = with(header).header("content-length", "1000000");
            assert_eq!(status_of("127.0.0.1:5", request).await, StatusCode::FORBIDDEN, "{header}");
        }
        assert_eq!(status_of("127.0.0.1:5", with("user-agent")).await, StatusCode::OK);
    }
}
