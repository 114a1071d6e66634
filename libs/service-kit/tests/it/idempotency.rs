//! Calls under an idempotency key.

mod answers;
mod bounds;
mod by_server_key;
mod callers;
mod cut_off;
mod lost_commit;
mod passing_on;
mod secrecy;
pub mod shop;
