//! Identity through its generated clients, with organizations and billing as stand-ins.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bad_input;
mod deleting;
mod keys;
mod logging_in;
mod logging_out;
mod outages;
mod policy;
mod races;
mod refreshing;
mod registering;
mod session_ends;
mod sessions;
mod stand_ins;
mod sweeping;
mod switching;
mod tokens;
mod users;
mod verifying;
mod world;
