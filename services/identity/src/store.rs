//! The queries, in the words of the domain.

pub mod attempts;
pub mod entitlements;
mod entity;
pub mod epoch;
pub mod mailed_tokens;
pub mod migrations;
pub mod pending_emails;
pub mod platform_roles;
pub mod refresh_tokens;
pub mod session_sweep;
pub mod sessions;
pub mod signing_keys;
pub mod user_lists;
pub mod users;
