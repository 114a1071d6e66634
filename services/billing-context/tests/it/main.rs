//! The service through its own clients, over a fresh database, with organizations played by a stub.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod administration;
mod audit;
mod checkout;
mod credits;
mod endings;
mod entitlement;
mod plans;
mod policy;
mod portal;
mod random_walks;
mod stripe;
mod stubs;
mod subscriptions;
mod world;
