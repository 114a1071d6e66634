//! The rules: no database, no network, no waiting.

pub mod administrator;
pub mod app;
pub mod change;
pub mod client;
pub mod device;
pub mod entitlement;
pub mod epoch;
pub mod key_state;
pub mod lifetimes;
pub mod link;
pub mod notice;
pub mod password;
pub mod pending_email;
pub mod person_name;
pub mod platform_role;
pub mod refresh_token;
pub mod session;
pub mod sign_up_policy;
pub mod standing;
pub mod throttle;
pub mod trail;
pub mod user;
pub mod user_filter;
pub mod way;
