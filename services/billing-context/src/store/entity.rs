//! The tables as rows.

pub mod credit_account;
pub mod ledger_entry;
pub mod offer;
pub mod plan;
pub mod subscription;
