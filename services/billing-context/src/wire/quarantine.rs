//! Messages of `WebhookService` and `QuarantineService`.

use contracts::billing::v1 as proto;

use crate::domain::{Incident, SetAside};
use crate::use_cases::Received;

/// What became of an event.
pub const fn outcome(received: Received) -> proto::WebhookOutcome {
    match received {
        Received::Heeded => proto::WebhookOutcome::Heeded,
        Received::Known => proto::WebhookOutcome::Known,
        Received::PassedOver => proto::WebhookOutcome::PassedOver,
        Received::SetAside(_) => proto::WebhookOutcome::SetAside,
    }
}

impl From<Incident> for proto::QuarantinedEvent {
    fn from(incident: Incident) -> Self {
        let reason = match incident.set_aside {
            Some(SetAside::UnknownCustomer) => proto::QuarantineReason::UnknownCustomer,
            Some(SetAside::OrganizationMismatch) => proto::QuarantineReason::OrganizationMismatch,
            Some(SetAside::WrongMode) => proto::QuarantineReason::WrongMode,
            Some(SetAside::UnknownPrice) => proto::QuarantineReason::UnknownPrice,
            Some(SetAside::SecondSubscription) => proto::QuarantineReason::SecondSubscription,
            Some(SetAside::CustomerMissing) => proto::QuarantineReason::CustomerMissing,
            Some(SetAside::OrganizationGone) => proto::QuarantineReason::OrganizationGone,
            Some(SetAside::LeftRunning) => proto::QuarantineReason::LeftRunning,
            None => proto::QuarantineReason::Unspecified,
        };
        Self {
            event_id: incident.id,
            kind: incident.kind,
            reason: reason.into(),
            customer_id: incident.customer_id,
            claimed_organization_id: incident.claimed_organization,
            is_live: incident.is_live,
            occurred_at: Some(incident.occurred.into()),
            received_at: Some(incident.received.into()),
            times: incident.times,
            last_received_at: Some(incident.last_received.into()),
            stripe_event_id: incident.stripe_event_id,
        }
    }
}
