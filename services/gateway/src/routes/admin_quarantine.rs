//! The back office: what payment providers told that does not fit.

use axum::Json;
use axum::extract::State;
use contracts::billing::v1 as proto;

use crate::extract::{EventPath, Page, PathOf, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::quarantine::{Quarantine, QuarantinedEvent};

/// Lists what waits for somebody to look at it, the oldest first. For the back office.
#[utoipa::path(get, path = "/admin/billing/quarantine", tag = "back office", params(Page),
    responses((status = 200, description = "A page of it", body = Quarantine)))]
pub(crate) async fn list_quarantine(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    Page { page_size, page_token }: Page,
) -> Result<Json<Quarantine>, HttpError> {
    let request = signed_in.call(proto::ListQuarantineRequest { page_size, page_token });
    let answer = gateway.upstreams.quarantine().list_quarantine(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// Heeds an event after all: what the provider says now is read and applied, and the event waits no longer. CONFLICT while
/// it still does not fit. For the back office.
#[utoipa::path(post, path = "/admin/billing/quarantine/{eventId}/replay", tag = "back office", params(EventPath),
    responses((status = 200, description = "The event as it waited until now", body = QuarantinedEvent)))]
pub(crate) async fn replay_event(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(EventPath { event_id }): PathOf<EventPath>,
) -> Result<Json<QuarantinedEvent>, HttpError> {
    let request = signed_in.call(proto::ReplayEventRequest { event_id });
    let answer = gateway.upstreams.quarantine().replay_event(request).await?;
    Ok(Json(shaped(answer.into_inner().event, "the event")?))
}

/// Takes something off the list without heeding it, which the audit log tells. What is told of the same again does not wait
/// again until nothing was told of it for 90 days. For the back office.
#[utoipa::path(post, path = "/admin/billing/quarantine/{eventId}/dismiss", tag = "back office", params(EventPath),
    responses((status = 200, description = "The event as it waited until now", body = QuarantinedEvent)))]
pub(crate) async fn dismiss_event(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(EventPath { event_id }): PathOf<EventPath>,
) -> Result<Json<QuarantinedEvent>, HttpError> {
    let request = signed_in.call(proto::DismissEventRequest { event_id });
    let answer = gateway.upstreams.quarantine().dismiss_event(request).await?;
    Ok(Json(shaped(answer.into_inner().event, "the event")?))
}
