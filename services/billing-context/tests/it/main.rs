//! The service through its own clients, over a fresh database, with organizations played by a stub.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod charges;
mod credits;
mod entitlement;
mod ledger_model;
mod ledgers;
mod plans;
mod policy;
mod server_key_races;
mod server_keys;
mod stubs;
mod subscriptions;
mod world;
