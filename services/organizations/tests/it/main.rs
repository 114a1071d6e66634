//! The service through its own front door: generated clients, real layers, a fresh database per test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod audit;
mod back_office;
mod called_off;
mod changes;
mod creating;
mod custom_roles;
mod departing;
mod endings;
mod exits;
mod explaining;
mod joining;
mod large_pages;
mod listing;
mod no_escalation;
mod offers;
mod operator;
mod owner_races;
mod permissions;
mod personal;
mod policy;
mod profiles;
mod pruning;
mod races;
mod roles;
mod searching;
mod slugs;
mod updating;
mod world;
