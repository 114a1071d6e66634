//! The fake behaves as Stripe's documentation says.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod faults;
mod lives;
mod refusals;
mod webhooks;
