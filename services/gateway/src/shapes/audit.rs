//! Entries of an audit log.

use contracts::audit::v1 as proto;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, filled};
use super::instant::Instant;

/// One thing that was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    #[schema(format = Uuid)]
    id: String,
    created_at: Instant,
    /// The id of a user, `operator` for the command line of the deployment, or `system`.
    actor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    actor_session_id: Option<String>,
    /// For example `user.suspended`.
    action: String,
    /// The kind of thing that it was done to, for example `user`.
    target_kind: String,
    /// Which of them.
    target_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    organization_id: Option<String>,
    /// Why, in the actor's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What else is worth knowing; null when nothing is.
    #[schema(value_type = Object)]
    details: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// Id of the request, as the `X-Request-Id` of its answer shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl TryFrom<proto::AuditEntry> for AuditEntry {
    type Error = Incomplete;

    fn try_from(entry: proto::AuditEntry) -> Result<Self, Incomplete> {
        Ok(Self {
            id: entry.id,
            created_at: Instant::of(entry.created_at, "the entry's created_at")?,
            actor: entry.actor,
            actor_session_id: entry.actor_session_id,
            action: entry.action,
            target_kind: entry.target_kind,
            target_id: entry.target_id,
            organization_id: entry.organization_id,
            reason: entry.reason,
            details: filled(serde_json::from_str(&entry.details_json).ok(), "the entry's details")?,
            ip_address: entry.ip_address,
            user_agent: entry.user_agent,
            request_id: entry.request_id,
        })
    }
}

/// A page of an audit log, the newest entry first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditLog {
    pub(crate) entries: Vec<AuditEntry>,
    /// Empty at the end.
    pub(crate) next_page_token: String,
}

impl AuditLog {
    pub(crate) fn of(entries: Vec<proto::AuditEntry>, next_page_token: String) -> Result<Self, Incomplete> {
        Ok(Self { entries: each(entries)?, next_page_token })
    }
}
