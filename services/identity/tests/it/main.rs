//! Identity through its generated clients, with organizations and billing as stand-ins.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bad_input;
mod changing_email;
mod changing_password;
mod deleting;
mod hashing;
mod keys;
mod logging_in;
mod logging_out;
mod outages;
mod policy;
mod pre_hijacking;
mod profile;
mod races;
mod refreshing;
mod registering;
mod resetting_password;
mod rotating_keys;
mod stand_ins;
mod switching;
mod throttling;
mod tokens;
mod users;
mod verifying;
mod world;
