//! The service through its own clients, over a fresh database, with organizations played by a stub.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod credits;
mod entitlement;
mod plans;
mod policy;
mod stubs;
mod subscriptions;
mod world;
