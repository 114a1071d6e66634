//! `guildhall migrate …`

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::json;
use service_kit::database::{DatabaseSettings, Schema, SchemaState, in_words};
use service_kit::settings::invalid;

use crate::CommandError;
use crate::awaiting_schema::SCHEMAS;
use crate::command_line::{MigrateCommand, MigrateVerb, Output};
use crate::commands::settings_of_data;
use crate::lost_database::refuse_a_lost_one;
use crate::progress::Progress;
use crate::say::say;
use crate::settings::Settings;

const ASK_AGAIN_AFTER: Duration = Duration::from_millis(500);

pub async fn run(
    settings_file: Option<&Path>,
    command: MigrateCommand,
    output: Output,
    progress: bool,
) -> Result<ExitCode, CommandError> {
    let settings = settings_of_data(settings_file)?;
    let patience = Instant::now() + command.wait_db;
    match command.verb.unwrap_or(MigrateVerb::Up) {
        MigrateVerb::Up => up(&settings, patience, output, Progress::new(output, progress)).await,
        MigrateVerb::Status => status(&settings, patience, output).await,
        MigrateVerb::Verify => verify(&settings, patience, output).await,
    }
}

/// Makes the databases that are missing and brings every schema up to date.
pub async fn migrate(settings: &Settings) -> Result<(), CommandError> {
    refuse_a_lost_one(settings, Instant::now()).await?;
    for schema in SCHEMAS {
        let migrations = take_steps(settings, schema, Instant::now()).await?.len();
        if migrations > 0 {
            tracing::info!(service = schema.service(), migrations, "the schema was brought up to date");
        }
    }
    Ok(())
}

async fn up(
    settings: &Settings,
    patience: Instant,
    output: Output,
    mut progress: Progress,
) -> Result<ExitCode, CommandError> {
    refuse_a_lost_one(settings, patience).await?;
    let mut taken = 0;
    for (number, schema) in (1..).zip(SCHEMAS) {
        progress.step(number, SCHEMAS.len(), &format!("migrating {}", schema.service()));
        let applied = take_steps(settings, schema, patience).await?;
        taken += applied.len();
        progress.clear();
        match output {
            Output::Json => say!("{}", json!({ "service": schema.service(), "applied": applied })),
            Output::Text => applied.iter().for_each(|step| say!("{:16}  {step}", schema.service())),
        }
    }
    if output == Output::Text {
        say!("the schemas of all services are up to date{}", if taken == 0 { "; there was nothing to do" } else { "" });
    }
    Ok(ExitCode::SUCCESS)
}

async fn take_steps(settings: &Settings, schema: Schema, patience: Instant) -> Result<Vec<String>, CommandError> {
    let service = schema.service();
    let database = settings.migrating_database(service);
    while let Err(error) = database.location.ensure_exists().await {
        if Instant::now() >= patience {
            return Err(unusable(settings, &in_words(&error)));
        }
        tokio::time::sleep(ASK_AGAIN_AFTER).await;
    }
    let taking = settings.rehearsal.around(format!("migrate-{service}"), schema.bring_up(&database));
    taking.await.map_err(|error| format!("{service}: {}", in_words(&error)).into())
}

async fn status(settings: &Settings, patience: Instant, output: Output) -> Result<ExitCode, CommandError> {
    let mut are_current = true;
    for schema in SCHEMAS {
        let state = state(settings, schema, patience).await?;
        are_current &= state.is_current();
        let SchemaState { applied, pending, unknown } = &state;
        if output == Output::Json {
            let (service, state) = (schema.service(), in_a_word(&state));
            let known = json!({ "service": service, "state": state, "applied": applied, "pending": pending, "unknown": unknown });
            say!("{known}");
            continue;
        }
        say!("{:16}  {}, {} applied, {} pending", schema.service(), in_a_word(&state), applied.len(), pending.len());
        pending.iter().for_each(|step| say!("  pending  {step}"));
        unknown.iter().for_each(|step| say!("  unknown  {step}"));
        state.refusal().iter().for_each(|what_to_do| say!("  {what_to_do}"));
    }
    Ok(if are_current { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

const fn in_a_word(state: &SchemaState) -> &'static str {
    match (state.is_current(), state.unknown.is_empty()) {
        (true, _) => "current",
        (false, true) => "older",
        (false, false) => "newer",
    }
}

async fn verify(settings: &Settings, patience: Instant, output: Output) -> Result<ExitCode, CommandError> {
    let mut are_as_made = true;
    for schema in SCHEMAS {
        let service = schema.service();
        let differences = match state(settings, schema, patience).await?.refusal() {
            Some(refusal) => vec![refusal],
            None => {
                let found = schema.differences(&settings.migrating_database(service)).await;
                found.map_err(|error| CommandError::from(format!("{service}: {}", in_words(&error))))?
            }
        };
        are_as_made &= differences.is_empty();
        match output {
            Output::Json => say!("{}", json!({ "service": service, "differences": differences })),
            Output::Text => {
                let outcome = if differences.is_empty() { "as its migrations make it" } else { "different:" };
                say!("{service:16}  {outcome}");
                differences.iter().for_each(|difference| say!("  {difference}"));
            }
        }
    }
    Ok(if are_as_made { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn state(settings: &Settings, schema: Schema, patience: Instant) -> Result<SchemaState, CommandError> {
    let database: DatabaseSettings = settings.migrating_database(schema.service());
    loop {
        match schema.state(&database).await {
            Ok(state) => return Ok(state),
            Err(error) if Instant::now() >= patience => {
                return Err(format!("{}: {}", schema.service(), in_words(&error)).into());
            }
            Err(_) => tokio::time::sleep(ASK_AGAIN_AFTER).await,
        }
    }
}

/// Says which setting leads to the place that cannot be used.
fn unusable(settings: &Settings, error: &str) -> CommandError {
    let (setting, place) = match settings.is_embedded() {
        true => ("data_dir", "a folder that can be written"),
        false => (settings.migrating_url_setting(), "a Postgres server that answers and lets databases be made"),
    };
    invalid(setting, format!("must name {place}: {error}")).into()
}
