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

use std::path::Path;

use crate::CommandError;
use crate::backup::not_beside_a_restore;
use crate::settings::{Environment, Settings};

/// The settings of a command that works on the databases: not while a restore has put only some of them there.
fn settings_of_data(settings_file: Option<&Path>) -> Result<Settings, CommandError> {
    let settings = Settings::read(settings_file, Environment::Production)?;
    not_beside_a_restore(&settings)?;
    Ok(settings)
}
