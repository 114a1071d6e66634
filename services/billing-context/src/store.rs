//! Queries in the words of billing; the tables behind them are nobody else's business.

pub mod closed_organizations;
mod entity;
pub mod ledger;
mod migrations;
pub mod orders;
mod plan_terms;
pub mod plans;
pub mod server_keys;
pub mod stripe;
pub mod subscriptions;
pub mod visits;

pub use migrations::Migrator;
pub use sea_orm::DbErr;
pub use service_kit::positions;
