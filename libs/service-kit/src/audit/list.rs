//! Reading entries, newest first.

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::entry::{Actor, Entry, Reason};
use super::table::AuditLog;
use crate::clock::Timestamp;

/// Which entries to read; what is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Done by them.
    pub actor: Option<Actor>,
    /// Exactly this action.
    pub action: Option<String>,
    /// At this instant or later.
    pub since: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// Concerning this tenant.
    pub tenant_id: Option<Uuid>,
}

/// The last entry of a page.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Cursor {
    at: Timestamp,
    id: Uuid,
}

impl From<&Entry> for Cursor {
    fn from(entry: &Entry) -> Self {
        Self { at: entry.at, id: entry.id }
    }
}

/// Reads up to `limit` entries, newest first, after the one of the cursor.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let created = || Expr::col(AuditLog::CreatedMs);
    let mut select = Query::select();
    select
        .columns([
            AuditLog::Id,
            AuditLog::CreatedMs,
            AuditLog::Actor,
            AuditLog::ActorSession,
            AuditLog::Action,
            AuditLog::TargetKind,
            AuditLog::TargetId,
            AuditLog::TenantId,
            AuditLog::Reason,
            AuditLog::Details,
            AuditLog::IpAddress,
            AuditLog::UserAgent,
            AuditLog::RequestId,
        ])
        .from(AuditLog::Table)
        .and_where_option(filter.actor.map(|actor| Expr::col(AuditLog::Actor).eq(actor.to_string())))
        .and_where_option(filter.action.clone().map(|action| Expr::col(AuditLog::Action).eq(action)))
        .and_where_option(filter.tenant_id.map(|id| Expr::col(AuditLog::TenantId).eq(id)))
        .and_where_option(filter.since.map(|since| created().gte(since.millis())))
        .and_where_option(filter.until.map(|until| created().lt(until.millis())));
    if let Some(Cursor { at, id }) = after {
        let at = at.millis();
        let same_instant = created().eq(at).and(Expr::col(AuditLog::Id).lt(id));
        // The first condition is implied; it lets the database enter its index at the right place.
        select.and_where(created().lte(at)).and_where(created().lt(at).or(same_instant));
    }
    select.order_by(AuditLog::CreatedMs, Order::Desc).order_by(AuditLog::Id, Order::Desc).limit(limit);
    connection.query_all(&select).await?.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Entry, DbErr> {
    let actor: String = row.try_get("", "actor")?;
    let reason: Option<String> = row.try_get("", "reason")?;
    let details: String = row.try_get("", "details")?;
    Ok(Entry {
        id: row.try_get("", "id")?,
        at: Timestamp::from_millis(row.try_get("", "created_ms")?),
        actor: actor.parse().map_err(|_| DbErr::Custom("the audit log names an unknown actor".to_owned()))?,
        actor_session: row.try_get("", "actor_session")?,
        action: row.try_get("", "action")?,
        target_kind: row.try_get("", "target_kind")?,
        target_id: row.try_get("", "target_id")?,
        tenant_id: row.try_get("", "tenant_id")?,
        reason: reason.map(Reason::stored),
        details: serde_json::from_str(&details).map_err(|error| DbErr::Json(error.to_string()))?,
        ip_address: row.try_get("", "ip_address")?,
        user_agent: row.try_get("", "user_agent")?,
        request_id: row.try_get("", "request_id")?,
    })
}
