//! A Stripe of our own for tests and for trying things by hand: it keeps its state in memory, listens on loopback, and
//! plays customers, prices, checkout, the billing portal, subscriptions, invoices and signed webhooks as Stripe does
//! since version 2025-03-31.basil.
//!
//! It is stricter than Stripe where that finds mistakes: a call must name its version, every POST must carry an
//! `Idempotency-Key`, and a parameter that nobody reads is refused. It is milder in nothing that its callers rely on.
//! What it leaves out: taxes, coupons, several items, payment methods other than "a card that is good or declined".
//!
//! Time passes when somebody calls [`Account::advance`]. Nothing depends on chance: the same calls give the same ids,
//! but for the seed that tells two runs apart.

#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a fake that cannot go on ends the test")]

mod account;
mod api;
mod calendar;
mod faults;
mod idempotency;
#[allow(missing_docs, reason = "fields are named and meant as in Stripe's own reference")]
pub mod objects;
mod pages;
mod params;
mod problem;
mod server;
mod webhooks;
#[allow(missing_docs, reason = "private; its functions are reached through the account")]
mod world;

pub use account::{Account, Call};
pub use faults::Fault;
pub use server::FakeStripe;
pub use webhooks::{Order, sign};
pub use world::API_VERSION;
pub use world::checkout::Paid;
