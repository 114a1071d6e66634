//! The service through its own front door: generated clients, real layers, a fresh database per test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod creating;
mod departing;
mod exits;
mod joining;
mod listing;
mod personal;
mod policy;
mod profiles;
mod races;
mod roles;
mod updating;
mod world;
