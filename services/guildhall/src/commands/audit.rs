//! `guildhall audit …`

mod follow;
mod words;

use std::path::Path;

use serde_json::json;
use service_kit::audit::{self, Entry, Filter, parse_action};
use service_kit::{Database, Timestamp};

use self::words::{as_text, as_value};
use crate::CommandError;
use crate::awaiting_schema::SCHEMAS;
use crate::command_line::{AuditCommand, Output, WhichEntries};
use crate::commands::settings_of_data;
use crate::ending::usage;
use crate::progress::Progress;
use crate::say::{is_heard, say};
use crate::settings::Settings;

/// Entries that are read at once.
const PAGE: u64 = 500;

pub async fn run(
    settings_file: Option<&Path>,
    command: AuditCommand,
    output: Output,
    progress: bool,
) -> Result<(), CommandError> {
    let settings = settings_of_data(settings_file)?;
    match command {
        AuditCommand::Tail { number, follow: true, which } => {
            follow::run(&settings, &filter(which)?, number, output).await?;
        }
        AuditCommand::Tail { number, follow: false, which } => {
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
            let mut progress = Progress::beside_results(output, progress);
            tell_all(&settings, &filter, &mut progress, |entry| tell(entry, output)).await?;
        }
    }
    Ok(())
}

/// Hands every entry of all services on, the newest of each first.
pub async fn tell_all(
    settings: &Settings,
    filter: &Filter,
    progress: &mut Progress,
    tell: impl Fn(&Entry),
) -> Result<(), CommandError> {
    let mut told = 0;
    for schema in SCHEMAS {
        let database = open(settings, schema.service()).await?;
        let mut last = None;
        loop {
            let page = audit::list(database.reader(), filter, last, PAGE).await?;
            page.iter().for_each(&tell);
            told += page.len() as u64;
            progress.count("entries", told);
            match page.last() {
                Some(entry) if is_heard() => last = Some(entry.into()),
                _ => break,
            }
        }
        database.close().await?;
    }
    Ok(())
}

/// A line of an export of more than entries.
pub fn tell_as_part(entry: &Entry) {
    say!("{}", json!({ "kind": "audit_entry", "audit_entry": as_value(entry) }));
}

/// A service's database, of this version.
pub async fn open(settings: &Settings, service: &'static str) -> Result<Database, CommandError> {
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
        Output::Text => say!("{}", as_text(entry)),
    }
}
