//! `guildhall doctor`: whether what the settings lead to works, and what to do where it does not.

mod certificates;
mod databases;
mod finding;
mod machine;
mod neighbours;

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;
use service_kit::{Clock, Entropy, Tls};

use self::finding::{Finding, Outcome};
use crate::CommandError;
use crate::command_line::Output;
use crate::compose::Parts;
use crate::say::say;
use crate::settings::{Environment, Settings};

/// Ends with 1 when anything fails; warnings alone are no failure.
pub async fn run(settings_file: Option<&Path>, output: Output) -> Result<ExitCode, CommandError> {
    let mut settings = Settings::read(settings_file, Environment::Production)?;
    let clock = Clock::system();
    if settings.environment == Environment::Dev {
        settings.assume_dev(settings.http_listen, &Entropy::system())?;
    }
    let mut has_failed = false;
    let mut tell = |finding: Finding| {
        has_failed |= finding.outcome == Outcome::Fail;
        let Finding { check, outcome, sentence } = finding;
        match output {
            Output::Json => say!("{}", json!({ "check": check, "outcome": outcome.word(), "says": sentence })),
            Output::Text => say!("{:5} {check:24}  {sentence}", outcome.word()),
        }
    };
    let parts = Parts::new(&settings);
    tell(match &parts {
        Ok(_) => Finding::ok(
            "settings",
            "what every service needs is set; `guildhall config check` knows what each one does",
        ),
        Err(error) => Finding::fail("settings", format!("{error}; see `guildhall config print`")),
    });
    for finding in databases::look(&settings, &clock).await {
        tell(finding);
    }
    tell(databases::signing_keys(&settings, &clock).await);
    for finding in machine::look(&settings) {
        tell(finding);
    }
    tell(neighbours::mail_server(&settings).await);
    let tls = parts.map_or_else(|_| Tls::none(), |parts| parts.tls);
    for finding in certificates::look(&tls, &clock) {
        tell(finding);
    }
    for finding in neighbours::upstreams(&settings, &tls).await {
        tell(finding);
    }
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
