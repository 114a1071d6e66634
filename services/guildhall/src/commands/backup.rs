//! `guildhall backup` and `guildhall restore`

use std::path::Path;

use identity::{KeyError, KeyVault};
use serde_json::json;
use service_kit::{Clock, Entropy};

use crate::CommandError;
use crate::backup::{Manifest, only_on_sqlite, put_back, take};
use crate::command_line::Output;
use crate::commands::settings_of_data;
use crate::os_user;
use crate::progress::Progress;
use crate::say::say;
use crate::settings::{Environment, Settings};

pub async fn backup(
    settings_file: Option<&Path>,
    to: &Path,
    output: Output,
    progress: bool,
) -> Result<(), CommandError> {
    let settings = settings_of_data(settings_file)?;
    only_on_sqlite(&settings)?;
    let (archive, manifest) = take(&settings, to, Progress::new(output, progress)).await?;
    match output {
        Output::Json => say!("{}", json!({ "archive": archive, "manifest": manifest })),
        Output::Text => {
            tell(&manifest);
            say!("made {}", archive.display());
            say!(
                "it holds everything but GUILDHALL_ENCRYPTION_KEY, without which nothing in it can be served: keep that elsewhere"
            );
        }
    }
    Ok(())
}

pub async fn restore(
    settings_file: Option<&Path>,
    from: &Path,
    output: Output,
    progress: bool,
) -> Result<(), CommandError> {
    let settings = Settings::read(settings_file, Environment::Production)?;
    only_on_sqlite(&settings)?;
    let manifest = put_back(&settings, from, Progress::new(output, progress)).await?;
    let place = settings.data_dir.display();
    if !is_opened_by_our_key(&settings).await {
        eprintln!(
            "guildhall: GUILDHALL_ENCRYPTION_KEY does not open the signing keys of this backup: set it to the one of then before the \
             product starts"
        );
    }
    match output {
        Output::Json => say!("{}", json!({ "data_dir": settings.data_dir, "manifest": manifest })),
        Output::Text => {
            tell(&manifest);
            say!(
                "put back into {place}, as of {}, in another epoch: every access token is refreshed once",
                manifest.taken_at
            );
        }
    }
    Ok(())
}

/// False only where there is a key and it is another one.
async fn is_opened_by_our_key(settings: &Settings) -> bool {
    let Some(key) = &settings.encryption_key else { return true };
    let database = settings.database("identity");
    let opened = KeyVault::open(&database, key, Clock::system(), Entropy::system(), os_user::origin()).await;
    !matches!(opened, Err(KeyError::WrongMasterKey))
}

fn tell(manifest: &Manifest) {
    for file in &manifest.files {
        say!("{:16}  {:>12} bytes  {}", file.service, file.bytes, file.taken_at);
    }
}
