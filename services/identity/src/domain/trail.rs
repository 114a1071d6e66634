//! Who does something that the audit log tells (the back office, the operator or the product itself), from where
//! and why.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use service_kit::audit::{Actor, Entry, Reason};
use service_kit::request_scope::RequestScope;
use service_kit::{CallOrigin, Entropy, Timestamp};
use uuid::Uuid;

use crate::domain::administrator::Administrator;
use crate::domain::client::Client;
use crate::domain::user::UserId;

/// What the caller of a back-office action tells beside the action itself.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    pub reason: Option<Reason>,
    pub client: Client,
}

/// An actor with the circumstances. It can wait in an intent, since it holds no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trail {
    actor: Actor,
    session_id: Option<Uuid>,
    reason: Option<Reason>,
    ip_address: Option<String>,
    user_agent: Option<String>,
}

impl Trail {
    /// Somebody of the back office.
    pub fn of(administrator: &Administrator, circumstances: Circumstances) -> Self {
        let Circumstances { reason, client: Client { ip_address, user_agent } } = circumstances;
        Self {
            actor: Actor::User(administrator.user_id.uuid()),
            session_id: Some(administrator.session_id.uuid()),
            reason,
            ip_address,
            user_agent,
        }
    }

    /// Whoever runs the deployment.
    pub fn of_operator(origin: &CallOrigin) -> Self {
        let CallOrigin { ip_address, user_agent, request_id: _ } = origin.clone();
        Self { actor: Actor::Operator, session_id: None, reason: None, ip_address, user_agent }
    }

    /// The same, who says why.
    pub fn because(self, reason: Option<Reason>) -> Self {
        Self { reason, ..self }
    }

    /// Whether it is whoever runs the deployment.
    pub fn is_operator(&self) -> bool {
        self.actor == Actor::Operator
    }

    /// From where, as far as it is known: an IP address and what the actor calls with.
    pub fn origin(&self) -> (&str, &str) {
        (self.ip_address.as_deref().unwrap_or_default(), self.user_agent.as_deref().unwrap_or_default())
    }

    /// The product by itself.
    pub const fn of_system() -> Self {
        Self { actor: Actor::System, session_id: None, reason: None, ip_address: None, user_agent: None }
    }

    /// What the audit log says of an action on an account.
    pub fn entry(self, action: &str, user_id: UserId, details: Value, entropy: &Entropy, now: Timestamp) -> Entry {
        self.entry_about(("user", user_id.to_string()), action, details, entropy, now)
    }

    /// What the audit log says of an action on something, named by kind and id.
    pub fn entry_about(
        self,
        (target_kind, target_id): (&str, String),
        action: &str,
        details: Value,
        entropy: &Entropy,
        now: Timestamp,
    ) -> Entry {
        Entry {
            id: entropy.uuid(now),
            at: now,
            actor: self.actor,
            actor_session: self.session_id,
            action: action.to_owned(),
            target_kind: target_kind.to_owned(),
            target_id,
            tenant_id: None,
            reason: self.reason,
            details,
            ip_address: self.ip_address,
            user_agent: self.user_agent,
            request_id: RequestScope::current().map(|scope| scope.request_id.to_string()),
        }
    }
}
