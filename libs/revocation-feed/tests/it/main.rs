//! The feed over gRPC, as verifiers hear it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod messages;
mod source;
