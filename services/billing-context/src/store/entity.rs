//! The tables as rows.

pub mod closed_organization;
pub mod credit_account;
pub mod ending_cursor;
pub mod ledger_entry;
pub mod offer;
pub mod order;
pub mod plan;
pub mod plan_version;
pub mod portal_visit;
pub mod server_key;
pub mod server_key_end;
pub mod server_key_register;
pub mod server_key_use;
pub mod stripe_customer;
pub mod stripe_event;
pub mod stripe_period;
pub mod stripe_price;
pub mod subscription;
