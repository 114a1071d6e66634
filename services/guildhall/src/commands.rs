//! One file per command.

pub mod admin;
pub mod api_keys;
pub mod dev;
pub mod dev_as_services;
pub mod epoch;
pub mod healthcheck;
pub mod keys;
pub mod migrate;
pub mod plans;
pub mod serve;
pub mod verify_billing;
