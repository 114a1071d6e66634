//! The service through its own clients, over a fresh database, with organizations and identity played
//! by stubs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod accepting;
mod bulk;
mod crossing;
mod declining;
mod inviting;
mod joining;
mod links;
mod listing;
mod mails;
mod offering;
mod offering_by_link;
mod offering_cut_short;
mod policy;
mod previews;
mod races;
mod resending;
mod revoking;
mod signing_up;
mod signing_up_by_link;
mod stubs;
mod switching;
mod voiding;
mod world;
