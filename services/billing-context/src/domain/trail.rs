//! What the audit log tells of whoever does something.

use serde_json::{Map, Value, json};
use service_kit::audit::{Actor, Entry};
use service_kit::{CallOrigin, Entropy, Timestamp};
use uuid::Uuid;

use crate::domain::{Caller, OrganizationId, Record};

/// Marks, among an entry's details, what the back office did.
const BACK_OFFICE: &str = "back_office";

/// Who does something, and from where.
#[derive(Clone, Debug)]
pub struct Trail {
    actor: Actor,
    session_id: Option<Uuid>,
    is_back_office: bool,
    origin: CallOrigin,
}

impl Trail {
    /// A member who calls.
    pub fn of(caller: &Caller) -> Self {
        let Caller { user_id, session_id, origin } = caller;
        let actor = Actor::User(user_id.uuid());
        Self { actor, session_id: *session_id, is_back_office: false, origin: origin.clone() }
    }

    /// Somebody of the back office who calls.
    pub fn of_back_office(caller: &Caller) -> Self {
        Self { is_back_office: true, ..Self::of(caller) }
    }

    /// Whoever runs the deployment: at its command line, or with the service credential.
    pub const fn of_operator(origin: CallOrigin) -> Self {
        Self { actor: Actor::Operator, session_id: None, is_back_office: false, origin }
    }

    /// The product by itself.
    pub fn product() -> Self {
        Self { actor: Actor::System, ..Self::of_operator(CallOrigin::default()) }
    }

    /// What the audit log says; of no organization when it concerns them all.
    pub fn entry(
        &self,
        organization: Option<OrganizationId>,
        record: Record,
        entropy: &Entropy,
        now: Timestamp,
    ) -> Entry {
        let Record { action, target_kind, target_id, details } = record;
        let mut details = match details {
            Value::Object(details) => details,
            _ => Map::new(),
        };
        if self.is_back_office {
            details.insert(BACK_OFFICE.to_owned(), json!(true));
        }
        Entry {
            id: entropy.uuid(now),
            at: now,
            actor: self.actor,
            actor_session: self.session_id,
            action: action.to_owned(),
            target_kind: target_kind.to_owned(),
            target_id,
            tenant_id: organization.map(OrganizationId::uuid),
            reason: None,
            details: Value::Object(details),
            ip_address: self.origin.ip_address.clone(),
            user_agent: self.origin.user_agent.clone(),
            request_id: self.origin.request_id.clone(),
        }
    }
}

/// The entry as the organization may read it: where the back office and the operator act from is not its members' to know.
pub fn as_members_see(mut entry: Entry) -> Entry {
    if entry.actor == Actor::Operator || entry.details.get(BACK_OFFICE) == Some(&Value::Bool(true)) {
        entry.actor_session = None;
        entry.ip_address = None;
        entry.user_agent = None;
    }
    entry
}
