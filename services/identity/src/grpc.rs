//! The RPCs: each reads a request into a command, calls one use case and answers.

pub mod account;
pub mod authentication;
pub mod key;
pub mod password;
pub mod revocation;
pub mod revocation_server;
pub mod session;
pub mod user;
pub mod user_administration;
