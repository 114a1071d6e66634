//! The rules: no database, no network, no waiting.

pub mod app;
pub mod client;
pub mod entitlement;
pub mod lifetimes;
pub mod password;
pub mod person_name;
pub mod refresh_token;
pub mod session;
pub mod standing;
pub mod user;
