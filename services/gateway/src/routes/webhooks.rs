//! What payment providers send.

use axum::Json;
use axum::extract::State;
use contracts::billing::v1 as proto;
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use crate::csrf::only;
use crate::extract::RawBody;
use crate::gateway::Gateway;
use crate::http_error::HttpError;

const SIGNATURE: http::HeaderName = http::HeaderName::from_static("stripe-signature");

/// The event was taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookReceived {
    /// Always true: what is not taken is refused.
    received: bool,
}

/// Takes an event of Stripe's: signed over the body as it is sent (`Stripe-Signature`), not older than five minutes. It may
/// come several times, late and in any order.
#[utoipa::path(post, path = "/webhooks/stripe", tag = "billing", security(()),
    request_body(content = String, description = "The event as Stripe wrote it, at most 1 MiB", content_type = "*/*"),
    responses((status = 200, description = "It was taken and need not be sent again", body = WebhookReceived)))]
pub(crate) async fn receive_stripe_event(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    RawBody(payload): RawBody,
) -> Result<Json<WebhookReceived>, HttpError> {
    let signature = only(&headers, &SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    gateway.upstreams.webhooks().receive_stripe_event(proto::ReceiveStripeEventRequest { payload, signature }).await?;
    Ok(Json(WebhookReceived { received: true }))
}
