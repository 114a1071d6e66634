//! What is taken away, for whoever verifies tokens.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName};
use revocation_feed::watch_request;
use service_kit::Refusal;
use token_verification::ResumePoint;
use tonic::Code;

use crate::event_stream;
use crate::extract::Listener;
use crate::gateway::Gateway;
use crate::http_error::HttpError;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Asks proxies of the usual kind to hold nothing back.
const NOT_BUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// Tells what makes older access tokens say too much, as server-sent events without an end: `keys`, the parts of a `snapshot`,
/// then `batch` and, four times a second, `heartbeat`; the data of each is JSON. `Last-Event-ID` begins where it says, if that is still
/// remembered. A listener that is too slow is cut. Needs a server API key with the scope `revocations:read`, or the credential that
/// services of the deployment show (`Guildhall-Service-Credential`).
#[utoipa::path(get, path = "/revocations", tag = "keys", security(("server_key" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was heard")),
    responses((status = 200, description = "The events", body = String, content_type = "text/event-stream")))]
pub(crate) async fn revocations(
    State(gateway): State<Gateway>,
    listener: Listener,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    // What isn't one of our ids is no place to go on from; a whole snapshot is.
    let from = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()).and_then(|id| id.parse::<ResumePoint>().ok());
    let (mut client, place) =
        gateway.upstreams.revocations().ok_or_else(|| Refusal::unavailable("too many listeners at once"))?;
    let messages = match client.watch(listener.call(watch_request(from.clone()))).await {
        // A lane that others still listen on finds out by its next call that a new connection is wanted.
        Err(status) if status.code() == Code::Unavailable => client.watch(listener.call(watch_request(from))).await,
        answer => answer,
    };
    let messages = messages?.into_inner();
    let body = event_stream::tell(messages, place, gateway.stop.clone());
    Ok(([(CONTENT_TYPE, "text/event-stream"), NOT_BUFFERED], body).into_response())
}
