//! The audit log: who did what to whom, when, why and from where, written in the transaction that does it.
//!
//! The log only grows: there is no function that changes or removes an entry.

mod entry;
mod list;
mod message;
mod table;

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ConnectionTrait, DbErr};

use crate::database::WriteTransaction;

pub use self::entry::{
    Actor, Entry, LONGEST_ACTION, LONGEST_REASON, NotAReason, NotAnAction, NotAnActor, Reason, parse_action,
};
pub use self::list::{Cursor, Filter, list};
use self::table::AuditLog;
pub use self::table::{AddRequestId, CreateAuditLog};

/// Most bytes of an entry's details, written as JSON.
pub const LARGEST_DETAILS: usize = 4096;

/// Entries that one statement writes.
const AT_ONCE: usize = 200;

/// Writes an entry; it exists exactly if the transaction commits. Details beyond `LARGEST_DETAILS` are refused: whoever
/// writes them bounds them.
pub async fn append(transaction: &WriteTransaction, entry: Entry) -> Result<(), DbErr> {
    append_all(transaction, vec![entry]).await
}

/// The same for many entries, with few statements.
pub async fn append_all(transaction: &WriteTransaction, mut entries: Vec<Entry>) -> Result<(), DbErr> {
    while !entries.is_empty() {
        let rest = entries.split_off(entries.len().min(AT_ONCE));
        let mut insert = Query::insert();
        insert.into_table(AuditLog::Table).columns([
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
        ]);
        for entry in entries {
            insert.values_panic(row_of(entry)?);
        }
        transaction.execute(&insert).await?;
        entries = rest;
    }
    Ok(())
}

fn row_of(entry: Entry) -> Result<[Expr; 13], DbErr> {
    let details = entry.details.to_string();
    if details.len() > LARGEST_DETAILS {
        return Err(DbErr::Custom(format!("the details of {} are larger than {LARGEST_DETAILS} bytes", entry.action)));
    }
    Ok([
        Expr::value(entry.id),
        Expr::value(entry.at.millis()),
        Expr::value(entry.actor.to_string()),
        Expr::value(entry.actor_session),
        Expr::value(entry.action),
        Expr::value(entry.target_kind),
        Expr::value(entry.target_id),
        Expr::value(entry.tenant_id),
        Expr::value(entry.reason.map(Reason::into_string)),
        Expr::value(details),
        Expr::value(entry.ip_address),
        Expr::value(entry.user_agent),
        Expr::value(entry.request_id),
    ])
}
