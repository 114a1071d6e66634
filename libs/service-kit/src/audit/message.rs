//! The audit log on the wire, the same for every service that keeps one.

use contracts::audit::v1::{AuditEntry, AuditFilter};
use uuid::Uuid;

use super::entry::{Entry, Reason, parse_action};
use super::list::Filter;
use crate::clock::Timestamp;
use crate::fields::Fields;
use crate::refusal::Refusal;

impl Filter {
    /// Reads which entries a message asks for, of one tenant or of all: `None` asks for everything. VALIDATION_ERROR
    /// names `filter.actor` and `filter.action`.
    pub fn read(message: Option<&AuditFilter>, tenant_id: Option<Uuid>) -> Result<Self, Refusal> {
        let Some(message) = message else { return Ok(Self { tenant_id, ..Self::default() }) };
        let mut fields = Fields::default();
        let actor = fields.check_optional("filter.actor", given(&message.actor).map(str::parse));
        let action = fields.check_optional("filter.action", given(&message.action).map(parse_action));
        let (Some(actor), Some(action)) = (actor, action) else { return Err(fields.refuse()) };
        let (since, until) = (message.since.map(Timestamp::from), message.until.map(Timestamp::from));
        Ok(Self { actor, action, since, until, tenant_id })
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            created_at: Some(entry.at.into()),
            actor: entry.actor.to_string(),
            actor_session_id: entry.actor_session.map(|id| id.to_string()),
            action: entry.action,
            target_kind: entry.target_kind,
            target_id: entry.target_id,
            organization_id: entry.tenant_id.map(|id| id.to_string()),
            reason: entry.reason.map(Reason::into_string),
            details_json: entry.details.to_string(),
            ip_address: entry.ip_address,
            user_agent: entry.user_agent,
            request_id: entry.request_id,
        }
    }
}
