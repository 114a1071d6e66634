//! What the services' own tests share: a fresh database, a clock that stands still, and an issuer of
//! tokens that the service under test believes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod certificates;
mod database;
mod feed;
mod issuer;

pub use certificates::{Authority, Issued, put};
pub use database::fresh_database;
pub use feed::TestFeed;
pub use issuer::{AUDIENCE, ISSUER, SERVICE_SECRET, TestIssuer, bearer, service_secrets};

use service_kit::{Clock, Timestamp};

/// 2026-01-01T12:00:00Z.
pub const START: Timestamp = Timestamp::from_millis(1_767_268_800_000);

/// A clock that stands at `START` until it is advanced.
pub fn clock() -> Clock {
    Clock::manual(START)
}
