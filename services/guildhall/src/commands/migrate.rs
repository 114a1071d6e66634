//! `guildhall migrate`

use std::path::Path;

use service_kit::settings::invalid;

use crate::CommandError;
use crate::say::say;
use crate::settings::{Environment, Settings};

pub async fn run(settings_file: Option<&Path>) -> Result<(), CommandError> {
    let settings = Settings::read(settings_file, Environment::Production)?;
    migrate(&settings).await?;
    say!("the schemas of all services are up to date");
    Ok(())
}

/// Makes the databases that are missing and brings every schema up to date.
pub async fn migrate(settings: &Settings) -> Result<(), CommandError> {
    for service in ["identity", "organizations", "invitations", "billing-context"] {
        let database = settings.database(service);
        database.location.ensure_exists().await.map_err(|error| unusable(settings, &error))?;
        match service {
            "identity" => identity::migrate(&database).await?,
            "organizations" => organizations::migrate(&database).await?,
            "invitations" => invitations::migrate(&database).await?,
            _ => billing_context::migrate(&database).await?,
        }
    }
    Ok(())
}

/// Says which setting leads to the place that cannot be used.
fn unusable(settings: &Settings, error: &dyn std::error::Error) -> CommandError {
    let (setting, place) = match settings.is_embedded() {
        true => ("data_dir", "a folder that can be written"),
        false => ("database_url", "a Postgres server that answers and lets databases be made"),
    };
    invalid(setting, format!("must name {place}: {error}")).into()
}
