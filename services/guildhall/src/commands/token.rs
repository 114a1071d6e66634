//! `guildhall token inspect`

mod changes;
mod reading;
mod verdict;
mod words;

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

use identity::Operator;
use service_kit::{Clock, Entropy};
use token_verification::KeySet;

use self::reading::ReadToken;
use self::verdict::{Ground, Verdict, judge};
use crate::CommandError;
use crate::command_line::{Output, TokenCommand};
use crate::commands::settings_of_data;
use crate::ending::{self, not_found, usage};
use crate::os_user;
use crate::probe;
use crate::settings::Settings;

/// More than a token and whatever white space stands around it.
const LONGEST_INPUT: u64 = 64 * 1024;

pub async fn run(
    settings_file: Option<&Path>,
    command: TokenCommand,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let TokenCommand::Inspect { token, keys, issuer } = command;
    let settings = settings_of_data(settings_file)?;
    let text = if token == "-" { from_stdin()? } else { token };
    let read = ReadToken::of(&text).map_err(usage)?;
    let issuer = issuer.or_else(|| settings.issuer.clone()).or_else(|| settings.public_url.clone());
    let clock = Clock::system();
    let verdict = match keys {
        Some(place) => {
            let keys = KeySet::from_jwks(&jwks_at(&place).await?).map_err(|error| usage(format!("--keys {error}")))?;
            judge(&read, Ground { keys, issuer: issuer.as_deref(), clock: &clock })
        }
        None => by_databases(&settings, &read, issuer.as_deref(), &clock).await,
    };
    words::tell(&read, &verdict, clock.now(), output);
    Ok(match verdict {
        Verdict::Valid { .. } => ExitCode::SUCCESS,
        Verdict::Refused { .. } => ExitCode::from(ending::CONFLICT),
        Verdict::Unknown { .. } => ExitCode::from(ending::FAILED),
    })
}

fn from_stdin() -> Result<String, CommandError> {
    if std::io::stdin().is_terminal() {
        eprintln!("paste the token, then press Ctrl-D on a line of its own");
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(LONGEST_INPUT).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| usage("what standard input holds is no token: it is no text"))
}

/// The text of a JWKS: at an http:// URL, or in a file.
async fn jwks_at(place: &str) -> Result<String, CommandError> {
    if let Some(rest) = place.strip_prefix("http://") {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
        let answer = probe::ask(&host, &format!("/{path}")).await;
        let answer = answer.map_err(|error| CommandError::from(format!("{place} does not answer: {error}")))?;
        if !answer.is_ok() {
            return Err(format!("{place} answers with status {}", answer.status).into());
        }
        return Ok(answer.body);
    }
    if place.starts_with("https://") {
        return Err(usage("--keys takes a file or an http:// URL; fetch it with curl and name the file"));
    }
    std::fs::read_to_string(place).map_err(|error| not_found(format!("{place}: {error}")))
}

/// By the keys of identity's database, and by what was taken away since, as far as the databases of all services tell.
async fn by_databases(settings: &Settings, read: &ReadToken<'_>, issuer: Option<&str>, clock: &Clock) -> Verdict {
    let database = settings.database("identity");
    let asked = async {
        let operator = Operator::open(&database, clock.clone(), Entropy::system(), os_user::origin()).await?;
        let known = (operator.published_keys().await?, operator.epoch().await?);
        operator.close().await?;
        Ok::<_, CommandError>(known)
    };
    let (jwks, epoch) = match asked.await {
        Ok(known) => known,
        Err(error) => {
            return Verdict::Unknown { says: format!("nobody could tell: {error}; name a key set with --keys") };
        }
    };
    let keys = match KeySet::from_jwks(&jwks) {
        Ok(keys) => keys,
        Err(error) => return Verdict::Unknown { says: format!("nobody could tell: the stored keys: {error}") },
    };
    match judge(read, Ground { keys, issuer, clock }) {
        Verdict::Valid { issuer_compared, .. } => changes::look(settings, read, &epoch, issuer_compared).await,
        refused => refused,
    }
}
