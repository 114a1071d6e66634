//! The one binary: every service, together or alone, and the operator's commands.

mod awaiting_schema;
mod backup;
mod banner;
mod command_line;
mod commands;
mod compose;
mod demo;
mod ending;
mod listeners;
mod lost_database;
mod memory;
mod observed;
mod os_user;
mod plan_file;
mod probe;
mod processes;
mod progress;
mod ready;
mod reason;
mod revocations;
mod say;
mod settings;
mod signals;
mod stop;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use command_line::{BillingCommand, Command, CommandLine};
use service_kit::database::words_of;

/// How long threads that compute may take to notice the end.
const SHUT_DOWN_WITHIN: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    memory::keep_little();
    let command_line = CommandLine::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into(), ExitCode::FAILURE),
    };
    let stop_with_stdin = command_line.stop_with_stdin;
    let settings_file = settings::settings_file(command_line.config);
    let settings_file = settings_file.as_deref();
    let (output, progress) = (command_line.output, command_line.progress);
    let is_served = matches!(command_line.command, Command::Dev { .. } | Command::Serve { .. });
    let outcome = runtime.block_on(async {
        match command_line.command {
            Command::Dev { as_services: false } => commands::dev::run(settings_file, stop_with_stdin).await,
            Command::Dev { as_services: true } => commands::dev_as_services::run(settings_file, stop_with_stdin).await,
            Command::Serve { what } => commands::serve::run(settings_file, what, stop_with_stdin).await,
            Command::Healthcheck { url } => return Ok(commands::healthcheck::run(&url).await),
            Command::Migrate(command) => return commands::migrate::run(settings_file, command, output, progress).await,
            Command::Config(command) => commands::config::run(settings_file, command, output),
            Command::Doctor => return commands::doctor::run(settings_file, output).await,
            Command::Backup { to } => commands::backup::backup(settings_file, &to, output, progress).await,
            Command::Restore { from } => commands::backup::restore(settings_file, &from, output, progress).await,
            Command::Keys(command) => commands::keys::run(settings_file, command, output).await,
            Command::Epoch(command) => commands::epoch::run(settings_file, command, output).await,
            Command::Admin(command) => commands::admin::run(settings_file, command, output).await,
            Command::User(command) => commands::user::run(settings_file, command, output, progress).await,
            Command::Org(command) => commands::org::run(settings_file, command, output, progress).await,
            Command::Token(command) => return commands::token::run(settings_file, command, output).await,
            Command::Audit(command) => commands::audit::run(settings_file, command, output, progress).await,
            Command::Outbox(command) => commands::outbox::run(settings_file, command, output).await,
            Command::Plans(command) => commands::plans::run(settings_file, command, output).await,
            Command::ApiKeys(command) => commands::api_keys::run(settings_file, command, output).await,
            Command::Billing(BillingCommand::Verify) => {
                return commands::verify_billing::run(settings_file, output, progress).await;
            }
        }
        .map(|()| ExitCode::SUCCESS)
    });
    // What could not be finished in time is not waited for again.
    runtime.shutdown_timeout(SHUT_DOWN_WITHIN);
    match outcome {
        Ok(code) => say::ended_with(code),
        // Whatever keeps services from being served is a matter of where and how they were started.
        Err(error) if is_served => fail(&error, ExitCode::from(ending::USAGE)),
        Err(error) => fail(&error, ending::code_of(&error)),
    }
}

/// What a command can end with.
type CommandError = Box<dyn std::error::Error + Send + Sync>;

fn fail(error: &CommandError, code: ExitCode) -> ExitCode {
    eprintln!("guildhall: {}", in_full(&**error));
    code
}

/// An error with its causes, each once: some errors repeat their cause in their own words.
fn in_full(error: &(dyn std::error::Error + 'static)) -> String {
    if let Some(words) = words_of(error) {
        return words;
    }
    let mut sentence = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(words) = words_of(cause) {
            return if sentence.contains(&words) { sentence } else { format!("{sentence}: {words}") };
        }
        let cause_words = cause.to_string();
        if !sentence.contains(&cause_words) {
            sentence = format!("{sentence}: {cause_words}");
        }
        source = cause.source();
    }
    sentence
}
