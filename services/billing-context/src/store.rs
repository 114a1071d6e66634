//! Queries in the words of billing; the tables behind them are nobody else's business.

pub mod closed_organizations;
mod entity;
pub mod ledger;
mod migrations;
pub mod orders;
pub mod plans;
pub mod server_keys;
pub mod stripe;
pub mod subscriptions;
pub mod visits;

pub use migrations::Migrator;
pub use sea_orm::DbErr;
pub use service_kit::positions;

/// A document in a column that cannot be read back.
fn unreadable(error: serde_json::Error) -> DbErr {
    DbErr::Json(error.to_string())
}
