//! What waits for the operator.

use contracts::billing::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, filled};
use super::instant::Instant;

/// Why something waits.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QuarantineReason {
    /// No organization is this customer.
    UnknownCustomer,
    /// It names another organization than the customer's.
    OrganizationMismatch,
    /// Test mode told it to live mode, or the other way around.
    WrongMode,
    /// A subscription is on a price that no plan has.
    UnknownPrice,
    /// A customer took a second subscription. It is canceled; what was paid for it has to be given back.
    SecondSubscription,
    /// The provider does not have the customer, or the key is another account's. Nothing was taken away.
    CustomerMissing,
    /// Something was bought for an organization that is no more. It is canceled; what was paid for it has to be given back.
    OrganizationGone,
    /// A subscription ended here that could not be ended at the provider: it is of the other mode, or the provider is not set up.
    /// It is canceled there once it is read there; where that is not to come, cancel it there by hand.
    LeftRunning,
}

/// Something that waits for somebody to look at it.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuarantinedEvent {
    /// Names it: the reason and what it is about. Everything that is told of one customer for one reason is one entry.
    event_id: String,
    /// What happened first, in the provider's words.
    #[serde(rename = "type")]
    kind: String,
    reason: QuarantineReason,
    /// The provider's id of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<String>,
    /// What the event says whose it is; it need not be true.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<String>,
    /// Whether real money moves.
    is_live: bool,
    /// When it happened first.
    occurred_at: Instant,
    /// When it came first.
    received_at: Instant,
    /// How often it was told, the first time included.
    times: i64,
    /// When it came last.
    last_received_at: Instant,
    /// The provider's id of the latest event that told it; absent for what was found while reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_event_id: Option<String>,
}

/// A page of what waits.
#[derive(Serialize, ToSchema)]
pub(crate) struct Quarantine {
    events: Vec<QuarantinedEvent>,
    /// For the next page; empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::QuarantinedEvent> for QuarantinedEvent {
    type Error = Incomplete;

    fn try_from(event: proto::QuarantinedEvent) -> Result<Self, Incomplete> {
        let reason = match event.reason() {
            proto::QuarantineReason::UnknownCustomer => Some(QuarantineReason::UnknownCustomer),
            proto::QuarantineReason::OrganizationMismatch => Some(QuarantineReason::OrganizationMismatch),
            proto::QuarantineReason::WrongMode => Some(QuarantineReason::WrongMode),
            proto::QuarantineReason::UnknownPrice => Some(QuarantineReason::UnknownPrice),
            proto::QuarantineReason::SecondSubscription => Some(QuarantineReason::SecondSubscription),
            proto::QuarantineReason::CustomerMissing => Some(QuarantineReason::CustomerMissing),
            proto::QuarantineReason::OrganizationGone => Some(QuarantineReason::OrganizationGone),
            proto::QuarantineReason::LeftRunning => Some(QuarantineReason::LeftRunning),
            proto::QuarantineReason::Unspecified => None,
        };
        Ok(Self {
            reason: filled(reason, "the event's reason")?,
            event_id: event.event_id,
            kind: event.kind,
            customer_id: event.customer_id,
            organization_id: event.claimed_organization_id,
            is_live: event.is_live,
            occurred_at: Instant::of(event.occurred_at, "the event's occurred_at")?,
            received_at: Instant::of(event.received_at, "the event's received_at")?,
            times: event.times,
            last_received_at: Instant::of(event.last_received_at, "the event's last_received_at")?,
            stripe_event_id: event.stripe_event_id,
        })
    }
}

impl TryFrom<proto::ListQuarantineResponse> for Quarantine {
    type Error = Incomplete;

    fn try_from(answer: proto::ListQuarantineResponse) -> Result<Self, Incomplete> {
        Ok(Self { events: each(answer.events)?, next_page_token: answer.next_page_token })
    }
}
