//! What this service counts for its operators.

use service_kit::Metrics;
use service_kit::metrics::{Count, Family};
use service_kit::rates::RATE_LIMITED;

use crate::NAME;
use crate::domain::{Limit, Record};

const EVENTS: Family = Family {
    name: "guildhall_invitation",
    help: "What became of invitations (event created, resent, accepted, declined, revoked, voided) and of links (link_…)",
};
/// Counts of one process. Cheap to clone.
#[derive(Clone)]
pub struct Numbers {
    events: Vec<(&'static str, Count)>,
    limited: Vec<(Limit, Count)>,
}

impl Numbers {
    pub fn of(metrics: &Metrics) -> Self {
        let event = |action: &'static str| (action, metrics.count(EVENTS, &[("event", &event_of(action))]));
        let limited =
            |limit: Limit| (limit, metrics.count(RATE_LIMITED, &[("service", NAME), ("bucket", limit.word())]));
        Self { events: Record::ACTIONS.map(event).into(), limited: Limit::ALL.map(limited).into() }
    }

    /// How often this was done, by the word of the audit log.
    pub fn of_action(&self, action: &str) -> Option<&Count> {
        self.events.iter().find(|(one, _)| *one == action).map(|(_, count)| count)
    }

    pub fn limited(&self, limit: Limit) {
        if let Some((_, count)) = self.limited.iter().find(|(one, _)| *one == limit) {
            count.up();
        }
    }
}

/// `invitation.created` is `created`, `invite_link.created` is `link_created`.
fn event_of(action: &str) -> String {
    match action.split_once('.') {
        Some(("invite_link", event)) => format!("link_{event}"),
        Some((_, event)) => event.to_owned(),
        None => action.to_owned(),
    }
}
