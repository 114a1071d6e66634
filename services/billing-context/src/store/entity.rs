//! The tables as rows.

pub mod credit_account;
pub mod ledger_entry;
pub mod offer;
pub mod plan;
pub mod server_key;
pub mod server_key_end;
pub mod server_key_register;
pub mod server_key_use;
pub mod subscription;
