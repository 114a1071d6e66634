//! The audit log as messages.

use contracts::audit::v1 as proto;
use service_kit::audit::{self, Entry, Filter, Reason};
use service_kit::{Fields, Refusal, Timestamp};

use crate::domain::OrganizationId;

/// Reads which entries to list, of one organization or of all.
pub fn audit_filter(
    filter: Option<&proto::AuditFilter>,
    organization: Option<OrganizationId>,
) -> Result<Filter, Refusal> {
    let tenant_id = organization.map(OrganizationId::uuid);
    let Some(filter) = filter else { return Ok(Filter { tenant_id, ..Filter::default() }) };
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut fields = Fields::default();
    let actor = fields.check_optional("filter.actor", given(&filter.actor).map(|actor| actor.parse()));
    let action = given(&filter.action).map(|action| audit::parse_action(&action));
    let action = fields.check_optional("filter.action", action);
    let (Some(actor), Some(action)) = (actor, action) else { return Err(fields.refuse()) };
    let (since, until) = (filter.since.map(Timestamp::from), filter.until.map(Timestamp::from));
    Ok(Filter { actor, action, since, until, tenant_id })
}

/// An entry as a message.
pub fn audit_entry(entry: Entry) -> proto::AuditEntry {
    proto::AuditEntry {
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
