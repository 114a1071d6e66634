//! What the audit log tells of whoever does something.

use serde::{Deserialize, Serialize};
use service_kit::audit::{Actor, Entry};
use service_kit::{Entropy, Timestamp};
use uuid::Uuid;

use crate::domain::{Caller, OrganizationId, Record};

/// Who does something, and from where. It can wait in an intent, since it holds no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trail {
    actor: Actor,
    session_id: Option<Uuid>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

impl Trail {
    /// Whoever calls.
    pub fn of(caller: &Caller) -> Self {
        let Caller { user_id, session_id, origin } = caller;
        Self {
            actor: Actor::User(user_id.uuid()),
            session_id: *session_id,
            ip_address: origin.ip_address.clone(),
            user_agent: origin.user_agent.clone(),
            request_id: origin.request_id.clone(),
        }
    }

    /// The product by itself.
    pub fn product() -> Self {
        Self { actor: Actor::System, session_id: None, ip_address: None, user_agent: None, request_id: None }
    }

    /// The product by itself, because of what somebody else asked for.
    #[must_use]
    pub fn of_the_product(&self) -> Self {
        Self { request_id: self.request_id.clone(), ..Self::product() }
    }

    /// What the audit log says.
    pub fn entry(&self, organization: OrganizationId, record: Record, entropy: &Entropy, now: Timestamp) -> Entry {
        let Record { action, target_kind, target_id, details } = record;
        Entry {
            id: entropy.uuid(now),
            at: now,
            actor: self.actor,
            actor_session: self.session_id,
            action: action.to_owned(),
            target_kind: target_kind.to_owned(),
            target_id,
            tenant_id: Some(organization.uuid()),
            reason: None,
            details,
            ip_address: self.ip_address.clone(),
            user_agent: self.user_agent.clone(),
            request_id: self.request_id.clone(),
        }
    }
}

/// The entry as the organization may read it: where somebody answers an invitation from is not its members' to know.
pub fn as_members_see(mut entry: Entry) -> Entry {
    if Record::ANSWERS.contains(&entry.action.as_str()) {
        entry.actor_session = None;
        entry.ip_address = None;
        entry.user_agent = None;
    }
    entry
}
