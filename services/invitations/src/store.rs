//! Queries in the words of invitations; the tables behind them are nobody else's business.

mod entity;
pub mod invitations;
pub mod invite_links;
pub mod invitee_claims;
pub mod joins;
pub mod link_sign_ups;
mod migrations;
pub mod replaced_tokens;
mod void_causes;

pub use migrations::Migrator;
pub use sea_orm::DbErr;

use crate::domain::RoleId;

fn write_role_ids(role_ids: &[RoleId]) -> Result<String, DbErr> {
    let ids: Vec<uuid::Uuid> = role_ids.iter().map(|id| id.uuid()).collect();
    serde_json::to_string(&ids).map_err(unreadable)
}

fn read_role_ids(document: &str) -> Result<Vec<RoleId>, DbErr> {
    let ids: Vec<uuid::Uuid> = serde_json::from_str(document).map_err(unreadable)?;
    Ok(ids.into_iter().map(RoleId::from).collect())
}

/// A document in a column that cannot be read back.
fn unreadable(error: serde_json::Error) -> DbErr {
    DbErr::Json(error.to_string())
}
