//! The service through its own clients, over a fresh database, with organizations played by a stub.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod administration;
mod audit;
mod charges;
mod checkout;
mod credits;
mod endings;
mod entitlement;
mod ledger_model;
mod ledgers;
mod plans;
mod policy;
mod portal;
mod random_walks;
mod server_key_races;
mod server_keys;
mod stripe;
mod stubs;
mod subscriptions;
mod world;
