//! `guildhall epoch …`

use std::path::Path;

use identity::Operator;
use service_kit::{Clock, Entropy};

use crate::CommandError;
use crate::command_line::EpochCommand;
use crate::say::say;
use crate::settings::{Environment, Settings};

pub async fn run(settings_file: Option<&Path>, command: EpochCommand) -> Result<(), CommandError> {
    let settings = Settings::read(settings_file, Environment::Production)?;
    let operator = Operator::open(&settings.database("identity"), Clock::system(), Entropy::system()).await?;
    match command {
        EpochCommand::Renew => say!("epoch     {}", operator.renew_epoch().await?),
    }
    Ok(())
}
