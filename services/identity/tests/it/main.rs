//! Identity through its generated clients, with organizations and billing as stand-ins.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod audit_log;
mod back_office;
mod back_office_races;
mod bad_input;
mod changing_email;
mod changing_password;
mod deleting;
mod hashing;
mod keys;
mod known_devices;
mod logging_in;
mod logging_out;
mod operator;
mod outages;
mod platform_roles;
mod policy;
mod pre_hijacking;
mod profile;
mod races;
mod refreshing;
mod registering;
mod resetting_password;
mod rotating_keys;
mod session_ends;
mod sessions;
mod sign_up_policy;
mod stand_ins;
mod suspending;
mod sweeping;
mod switching;
mod throttling;
mod tokens;
mod users;
mod verifying;
mod world;
