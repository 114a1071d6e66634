//! `guildhall migrate`

use std::path::Path;

use crate::CommandError;
use crate::settings::{Environment, Settings};

pub async fn run(settings_file: Option<&Path>) -> Result<(), CommandError> {
    let settings = Settings::read(settings_file, Environment::Production)?;
    migrate(&settings).await?;
    println!("the schemas of all services are up to date");
    Ok(())
}

/// Makes the databases that are missing and brings every schema up to date.
pub async fn migrate(settings: &Settings) -> Result<(), CommandError> {
    for service in ["identity", "organizations", "invitations", "billing-context"] {
        let database = settings.database(service);
        database.location.ensure_exists().await?;
        match service {
            "identity" => identity::migrate(&database).await?,
            "organizations" => organizations::migrate(&database).await?,
            "invitations" => invitations::migrate(&database).await?,
            _ => billing_context::migrate(&database).await?,
        }
    }
    Ok(())
}
