//! The audit log as messages.

use contracts::audit::v1::{AuditEntry, AuditFilter};
use contracts::identity::v1 as proto;
use service_kit::audit::{self, Entry, Filter, Reason};
use service_kit::pages::Page;
use service_kit::{Fields, Refusal, Timestamp};

use super::requests::unless_empty;

/// The entries to list.
pub fn audit_filter(filter: Option<&AuditFilter>) -> Result<Filter, Refusal> {
    let Some(filter) = filter else { return Ok(Filter::default()) };
    let mut fields = Fields::default();
    let actor = fields.check_optional("filter.actor", unless_empty(&filter.actor).map(str::parse));
    let action = fields.check_optional("filter.action", unless_empty(&filter.action).map(audit::parse_action));
    let (Some(actor), Some(action)) = (actor, action) else { return Err(fields.refuse()) };
    let (since, until) = (filter.since.map(Timestamp::from), filter.until.map(Timestamp::from));
    Ok(Filter { actor, action, since, until, tenant_id: None })
}

/// A page of the audit log.
pub fn audit_log(page: Page<Entry>) -> proto::ListAuditLogResponse {
    let entries = page.entries.into_iter().map(audit_entry).collect();
    proto::ListAuditLogResponse { entries, next_page_token: page.next_page_token }
}

/// An entry as a message.
pub fn audit_entry(entry: Entry) -> AuditEntry {
    AuditEntry {
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
