//! `guildhall keys …`

use std::path::Path;

use identity::{KeyRecord, KeyVault, Rotated};
use serde_json::json;
use service_kit::settings::missing;
use service_kit::{Clock, Entropy};

use crate::CommandError;
use crate::command_line::{KeysCommand, Output};
use crate::commands::settings_of_data;
use crate::os_user;
use crate::say::say;
use crate::settings::Environment;

pub async fn run(settings_file: Option<&Path>, command: KeysCommand, output: Output) -> Result<(), CommandError> {
    let as_json = output == Output::Json;
    let mut settings = settings_of_data(settings_file)?;
    if settings.environment == Environment::Dev {
        settings.assume_dev(settings.http_listen, &Entropy::system())?;
    }
    let master_key = settings.encryption_key.clone();
    let master_key = master_key.ok_or_else(|| missing("encryption_key", "the signing keys are sealed with it"))?;
    let database = settings.database("identity");
    let vault = KeyVault::open(&database, &master_key, Clock::system(), Entropy::system(), os_user::origin()).await?;
    match command {
        KeysCommand::List { json: false } if as_json => {
            vault.list().await?.iter().for_each(|key| say!("{}", as_value(key)));
            Ok(())
        }
        KeysCommand::List { json } => list(&vault, json).await,
        KeysCommand::Rotate { now } => {
            let rotated = vault.rotate(now).await?;
            if as_json {
                let Rotated { active, retiring, next } = &rotated;
                say!("{}", json!({ "active": active, "retiring": retiring, "next": next }));
                return Ok(());
            }
            say!("active    {}", rotated.active);
            say!("retiring  {}", rotated.retiring);
            say!("next      {}", rotated.next);
            Ok(())
        }
        KeysCommand::Retire { key_id: Some(key_id), now } => {
            vault.retire(&key_id, now).await?;
            tell_retired(&[key_id], as_json);
            Ok(())
        }
        KeysCommand::Retire { key_id: None, .. } => {
            tell_retired(&vault.retire_due().await?, as_json);
            Ok(())
        }
    }
}

fn tell_retired(key_ids: &[String], as_json: bool) {
    if as_json {
        say!("{}", json!({ "retired": key_ids }));
        return;
    }
    key_ids.iter().for_each(|key_id| say!("retired   {key_id}"));
    if key_ids.is_empty() {
        say!("no key can be retired yet");
    }
}

async fn list(vault: &KeyVault, as_json: bool) -> Result<(), CommandError> {
    let keys = vault.list().await?;
    if as_json {
        let keys: Vec<_> = keys.iter().map(as_value).collect();
        say!("{}", json!({ "keys": keys }));
    } else {
        say!("{:43}  {:8}  {:24}  may go on from", "key", "state", "since");
        keys.iter().for_each(|key| say!("{}", line(key)));
    }
    Ok(())
}

fn line(key: &KeyRecord) -> String {
    let may_go_on = key.may_go_on_from.map(service_kit::Timestamp::to_rfc3339).unwrap_or_default();
    format!("{:43}  {:8}  {:24}  {may_go_on}", key.key_id, key.state, key.since.to_rfc3339()).trim_end().to_owned()
}

fn as_value(key: &KeyRecord) -> serde_json::Value {
    json!({
        "key_id": key.key_id,
        "state": key.state,
        "created_at": key.created.to_rfc3339(),
        "since": key.since.to_rfc3339(),
        "may_go_on_from": key.may_go_on_from.map(service_kit::Timestamp::to_rfc3339),
    })
}
