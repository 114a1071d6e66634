//! `guildhall epoch …`

use std::path::Path;

use identity::Operator;
use serde_json::json;
use service_kit::{Clock, Entropy};

use crate::CommandError;
use crate::command_line::{EpochCommand, Output};
use crate::commands::settings_of_data;
use crate::os_user;
use crate::say::say;

pub async fn run(settings_file: Option<&Path>, command: EpochCommand, output: Output) -> Result<(), CommandError> {
    let settings = settings_of_data(settings_file)?;
    let operator =
        Operator::open(&settings.database("identity"), Clock::system(), Entropy::system(), os_user::origin()).await?;
    let EpochCommand::Renew = command;
    let epoch = operator.renew_epoch().await?;
    match output {
        Output::Json => say!("{}", json!({ "epoch": epoch })),
        Output::Text => say!("epoch     {epoch}"),
    }
    Ok(())
}
