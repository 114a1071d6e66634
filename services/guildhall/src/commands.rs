//! One file per command.

pub mod admin;
pub mod api_keys;
pub mod audit;
pub mod backup;
pub mod config;
pub mod dev;
pub mod dev_as_services;
pub mod doctor;
pub mod epoch;
pub mod healthcheck;
pub mod keys;
pub mod migrate;
pub mod org;
pub mod outbox;
pub mod plans;
pub mod serve;
pub mod token;
pub mod user;
pub mod verify_billing;
