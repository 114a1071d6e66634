//! `guildhall audit …`

use std::path::Path;

use serde_json::{Map, Value, json};
use service_kit::audit::{self, Entry, Filter, parse_action};
use service_kit::{Database, Timestamp};

use crate::CommandError;
use crate::awaiting_schema::SCHEMAS;
use crate::command_line::{AuditCommand, Output, WhichEntries};
use crate::ending::usage;
use crate::say::say;
use crate::settings::{Environment, Settings};

/// Entries that are read at once.
const PAGE: u64 = 500;

pub async fn run(settings_file: Option<&Path>, command: AuditCommand, output: Output) -> Result<(), CommandError> {
    let settings = Settings::read(settings_file, Environment::Production)?;
    match command {
        AuditCommand::Tail { number, which } => {
            let filter = filter(which)?;
            let mut latest = Vec::new();
            for schema in SCHEMAS {
                let database = open(&settings, schema.service()).await?;
                latest.extend(audit::list(database.reader(), &filter, None, number).await?);
                database.close().await?;
            }
            latest.sort_by_key(|entry| (entry.at, entry.id));
            let surplus = latest.len().saturating_sub(usize::try_from(number).unwrap_or(usize::MAX));
            latest[surplus..].iter().for_each(|entry| tell(entry, output));
        }
        AuditCommand::Export { which } => {
            let filter = filter(which)?;
            for schema in SCHEMAS {
                let database = open(&settings, schema.service()).await?;
                export(&database, &filter, output).await?;
                database.close().await?;
            }
        }
    }
    Ok(())
}

async fn export(database: &Database, filter: &Filter, output: Output) -> Result<(), CommandError> {
    let mut last = None;
    loop {
        let page = audit::list(database.reader(), filter, last, PAGE).await?;
        page.iter().for_each(|entry| tell(entry, output));
        match page.last() {
            Some(entry) => last = Some(entry.into()),
            None => return Ok(()),
        }
    }
}

/// A service's database, of this version.
async fn open(settings: &Settings, service: &'static str) -> Result<Database, CommandError> {
    let Some(schema) = SCHEMAS.into_iter().find(|schema| schema.service() == service) else {
        return Err(format!("there is no service {service}").into());
    };
    let database = settings.database(service);
    match schema.state(&database).await?.refusal() {
        Some(refusal) => Err(format!("{service}: {refusal}").into()),
        None => Ok(Database::open(&database, service).await?),
    }
}

fn filter(which: WhichEntries) -> Result<Filter, CommandError> {
    let WhichEntries { actor, action, organization, since, until } = which;
    let actor = actor.map(|actor| actor.parse().map_err(|problem| usage(format!("--actor {problem}")))).transpose()?;
    let action = action.map(|action| parse_action(&action).map_err(|problem| usage(format!("--action {problem}"))));
    let instant = |option: &str, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => match Timestamp::parse_rfc3339(&text) {
            Some(instant) => Ok(Some(instant)),
            None => Err(usage(format!("--{option} must be an instant such as 2030-01-31T12:00:00Z"))),
        },
    };
    Ok(Filter {
        actor,
        action: action.transpose()?,
        since: instant("since", since)?,
        until: instant("until", until)?,
        tenant_id: organization,
    })
}

fn tell(entry: &Entry, output: Output) {
    match output {
        Output::Json => say!("{}", as_value(entry)),
        Output::Text => {
            let Entry { action, target_kind, target_id, .. } = entry;
            let reason = entry.reason.clone().map(|reason| format!("  ({})", reason.into_string())).unwrap_or_default();
            say!(
                "{}  {:36}  {action:32}  {target_kind} {target_id}{reason}",
                entry.at.to_rfc3339(),
                entry.actor.to_string()
            );
        }
    }
}

/// As the back office exports it.
fn as_value(entry: &Entry) -> Value {
    let mut told = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            told.insert(name.to_owned(), value);
        }
    };
    put("id", Some(entry.id.to_string().into()));
    put("created_at", Some(entry.at.to_rfc3339().into()));
    put("actor", Some(entry.actor.to_string().into()));
    put("actor_session_id", entry.actor_session.map(|id| id.to_string().into()));
    put("action", Some(entry.action.clone().into()));
    put("target_kind", Some(entry.target_kind.clone().into()));
    put("target_id", Some(entry.target_id.clone().into()));
    put("organization_id", entry.tenant_id.map(|id| id.to_string().into()));
    put("reason", entry.reason.clone().map(|reason| reason.into_string().into()));
    put("details", Some(entry.details.clone()));
    put("ip_address", entry.ip_address.clone().map(Into::into));
    put("user_agent", entry.user_agent.clone().map(Into::into));
    put("request_id", entry.request_id.clone().map(Into::into));
    json!(told)
}
