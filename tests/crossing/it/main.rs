//! Races at the crossing from an offer to a membership, and between a token and the loss of what it says: the services as they
//! are, composed in one process, asked by their generated clients. Whatever runs at the same time, answers and state are those of one
//! order of the calls.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod contest;
mod crowds;
mod entry;
mod house;
mod mints;
mod orders;
mod person;
mod places;
mod races;
mod rival;
mod scene;
