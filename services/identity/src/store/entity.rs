//! The rows as they lie in the tables. Nothing outside the store names them.

pub mod attempt;
pub mod epoch;
pub mod last_entitlement;
pub mod mailed_token;
pub mod pending_email;
pub mod platform_role;
pub mod refresh_token;
pub mod session;
pub mod signing_key;
pub mod user;
