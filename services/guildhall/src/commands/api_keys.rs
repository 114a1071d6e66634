//! `guildhall api-keys …`

use std::path::Path;

use billing_context::{KeyRecord, Operator};
use serde_json::json;
use service_kit::{Clock, Entropy, Timestamp};

use crate::CommandError;
use crate::command_line::{ApiKeysCommand, Output};
use crate::commands::settings_of_data;
use crate::ending::usage;
use crate::os_user;
use crate::say::{is_heard, say};

pub async fn run(settings_file: Option<&Path>, command: ApiKeysCommand, output: Output) -> Result<(), CommandError> {
    let as_json = output == Output::Json;
    let settings = settings_of_data(settings_file)?;
    let database = settings.database("billing-context");
    let operator = Operator::open(&database, Clock::system(), Entropy::system(), os_user::origin()).await?;
    match command {
        ApiKeysCommand::Create { name, scopes, expires_at, quiet } => {
            let expires = expires_at.map(|text| instant(&text)).transpose()?;
            let created = operator.create_key(&name, &scopes, expires).await?;
            if as_json {
                let mut told = as_value(&created.record);
                told["key"] = created.secret.expose().into();
                say!("{told}");
                return Ok(());
            }
            if !quiet {
                say!("made the key {} with {}", created.record.id, created.record.scopes.join(", "));
                say!("this is it, here and never again; send it as Authorization: Bearer:");
            }
            say!("{}", created.secret.expose());
            Ok(())
        }
        ApiKeysCommand::List { json } => list(&operator, json || as_json).await,
        ApiKeysCommand::Revoke { id } => {
            operator.revoke_key(&id).await?;
            match output {
                Output::Json => say!("{}", json!({ "revoked": id })),
                Output::Text => say!("revoked   {id}"),
            }
            Ok(())
        }
    }
}

async fn list(operator: &Operator, as_json: bool) -> Result<(), CommandError> {
    if !as_json {
        say!("{:36}  {:8}  {:24}  {:24}  {:24}  name and scopes", "key", "state", "created", "last used", "expires");
    }
    let mut last = None;
    loop {
        let keys = operator.list_keys(last.as_ref()).await?;
        for key in &keys {
            if as_json { say!("{}", as_value(key)) } else { say!("{}", line(key)) }
        }
        match keys.into_iter().last() {
            Some(key) if is_heard() => last = Some(key),
            _ => return Ok(()),
        }
    }
}

fn line(key: &KeyRecord) -> String {
    let KeyRecord { id, name, scopes, state, .. } = key;
    let or_never = |instant: Option<Timestamp>| instant.map_or_else(|| "never".to_owned(), Timestamp::to_rfc3339);
    let (created, used, expires) = (key.created.to_rfc3339(), or_never(key.last_used), or_never(key.expires));
    format!("{id}  {state:8}  {created:24}  {used:24}  {expires:24}  {name}: {}", scopes.join(", "))
}

fn as_value(key: &KeyRecord) -> serde_json::Value {
    json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes,
        "state": key.state,
        "created_at": key.created.to_rfc3339(),
        "expires_at": key.expires.map(Timestamp::to_rfc3339),
        "revoked_at": key.revoked.map(Timestamp::to_rfc3339),
        "last_used_at": key.last_used.map(Timestamp::to_rfc3339),
    })
}

fn instant(text: &str) -> Result<Timestamp, CommandError> {
    Timestamp::parse_rfc3339(text).ok_or_else(|| usage("--expires-at must be an instant such as 2030-01-31T12:00:00Z"))
}
