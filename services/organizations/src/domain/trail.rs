//! What the audit log tells of whoever does something.

use serde_json::{Value, json};
use service_kit::audit::{Actor, Entry, Reason};
use service_kit::{CallOrigin, Entropy, Timestamp};

use crate::domain::caller::{Caller, Capacity};
use crate::domain::ids::{OrganizationId, SessionId, UserId};
use crate::domain::record::Record;

/// Marks entries of the back office in their details.
const BACK_OFFICE: &str = "back_office";

/// Who does something, from where and why.
#[derive(Clone, Debug)]
pub struct Trail {
    actor: Actor,
    session_id: Option<SessionId>,
    is_back_office: bool,
    reason: Option<Reason>,
    origin: CallOrigin,
}

impl Trail {
    /// Whoever calls.
    pub fn of(caller: &Caller) -> Self {
        Self {
            session_id: Some(caller.session_id),
            is_back_office: caller.capacity == Capacity::BackOffice,
            ..Self::by(Actor::User(caller.user_id.uuid()), caller.origin.clone())
        }
    }

    /// The same, who says why.
    pub fn because(caller: &Caller, reason: Option<Reason>) -> Self {
        Self { reason, ..Self::of(caller) }
    }

    /// A user for whom another service calls.
    pub fn on_behalf_of(user_id: UserId, origin: CallOrigin) -> Self {
        Self::by(Actor::User(user_id.uuid()), origin)
    }

    /// Whoever runs the deployment, who may say why.
    pub fn of_operator(origin: CallOrigin, reason: Option<Reason>) -> Self {
        Self { reason, ..Self::by(Actor::Operator, origin) }
    }

    /// The product by itself.
    pub const fn of_system(origin: CallOrigin) -> Self {
        Self::by(Actor::System, origin)
    }

    const fn by(actor: Actor, origin: CallOrigin) -> Self {
        Self { actor, session_id: None, is_back_office: false, reason: None, origin }
    }

    /// What the audit log says.
    pub fn entry(
        &self,
        organization_id: Option<OrganizationId>,
        record: Record,
        entropy: &Entropy,
        now: Timestamp,
    ) -> Entry {
        let Record { action, target_kind, target_id, mut details } = record;
        if self.is_back_office {
            details.insert(BACK_OFFICE.to_owned(), json!(true));
        }
        Entry {
            id: entropy.uuid(now),
            at: now,
            actor: self.actor,
            actor_session: self.session_id.map(SessionId::uuid),
            action: action.to_owned(),
            target_kind: target_kind.to_owned(),
            target_id,
            tenant_id: organization_id.map(OrganizationId::uuid),
            reason: self.reason.clone(),
            details: Value::Object(details),
            ip_address: self.origin.ip_address.clone(),
            user_agent: self.origin.user_agent.clone(),
            request_id: self.origin.request_id.clone(),
        }
    }
}

/// The entry as the organization may read it: why the back office or the operator does something, and from where, is not
/// its members' to know.
pub fn as_members_see(mut entry: Entry) -> Entry {
    if entry.actor == Actor::Operator || entry.details.get(BACK_OFFICE) == Some(&Value::Bool(true)) {
        entry.actor_session = None;
        entry.reason = None;
        entry.ip_address = None;
        entry.user_agent = None;
    }
    entry
}
