//! `/loglevel` on the operator's port: what is logged, and more of it for a while.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, DefaultBodyLimit, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::ORIGIN;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::telemetry::LogFilter;

/// How long a filter holds where nobody says.
const USUALLY_FOR: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// Bytes of a filter.
const LARGEST_FILTER: usize = 4096;

pub(crate) fn log_level_routes(filter: Option<LogFilter>) -> Router {
    match filter {
        None => Router::new(),
        Some(filter) => Router::new()
            .route("/loglevel", get(tell).post(change))
            .layer(DefaultBodyLimit::max(LARGEST_FILTER))
            .with_state(filter),
    }
}

async fn tell(
    State(filter): State<LogFilter>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if is_stranger(peer, &headers) { keep_out() } else { told(&filter) }
}

/// Takes the filter in the body for `?for=` seconds; then what is configured counts again.
async fn change(
    State(filter): State<LogFilter>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    wanted: String,
) -> Response {
    if is_stranger(peer, &headers) {
        return keep_out();
    }
    let Some(duration) = duration(query.as_deref().unwrap_or_default()) else {
        return (StatusCode::BAD_REQUEST, "for must be 1 to 86400, in seconds; ask for nothing else.\n")
            .into_response();
    };
    match filter.change(wanted.trim(), duration) {
        Ok(()) => {
            tracing::warn!(filter = wanted.trim(), seconds = duration.as_secs(), "what is logged has changed");
            told(&filter)
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

/// Nobody from elsewhere, and no web page in a browser of this machine.
fn is_stranger(peer: SocketAddr, headers: &HeaderMap) -> bool {
    !peer.ip().to_canonical().is_loopback() || headers.contains_key(ORIGIN)
}

fn keep_out() -> Response {
    (StatusCode::FORBIDDEN, "Only callers on the same machine may ask; in Kubernetes, use a port-forward.\n")
        .into_response()
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
        // The layer is held, as it is by a subscriber.
        let (filter, _layer) = LogFilter::new("info").unwrap();
        let mut request = Request::builder().method(method).uri("/loglevel").body(Body::from("debug")).unwrap();
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
}
