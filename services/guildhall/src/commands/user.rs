//! `guildhall user …`

mod export;
mod standing;
mod words;

use std::path::Path;

use identity::{AccountRecord, Operator, WhichAccounts};
use serde_json::json;
use service_kit::{Clock, Entropy};

use self::standing::Deletion;
use self::words::{show, tell, tell_session};
use crate::CommandError;
use crate::command_line::{Output, StatusFilter, UserCommand};
use crate::commands::admin::public_url;
use crate::commands::settings_of_data;
use crate::os_user;
use crate::progress::Progress;
use crate::reason;
use crate::say::{is_heard, say};
use crate::settings::Settings;

/// Accounts that are read at once.
const PAGE: u64 = 200;

pub async fn run(
    settings_file: Option<&Path>,
    command: UserCommand,
    output: Output,
    progress: bool,
) -> Result<(), CommandError> {
    let settings = settings_of_data(settings_file)?;
    let database = settings.database("identity");
    let operator = Operator::open(&database, Clock::system(), Entropy::system(), os_user::origin()).await?;
    match command {
        UserCommand::List { search, status, limit } => {
            let is_suspended = status.map(|status| status == StatusFilter::Suspended);
            list(&operator, &WhichAccounts { search, is_suspended }, limit, output).await?;
        }
        UserCommand::Show { user } => show(&operator.find(&user).await?, output),
        UserCommand::Sessions { user } => {
            operator.sessions(&user).await?.iter().for_each(|session| tell_session(session, output));
        }
        UserCommand::SignOut { user, reason } => {
            let account = operator.sign_out(&user, reason::read(reason.as_deref())?).await?;
            match output {
                Output::Json => say!("{}", json!({ "user_id": account.id, "signed_out": true })),
                Output::Text => say!("{} is signed out everywhere", account.email),
            }
        }
        UserCommand::Suspend(which) => standing::suspend(&settings, &operator, which, output).await?,
        UserCommand::Unsuspend(which) => standing::unsuspend(&operator, which, output).await?,
        UserCommand::Delete { which, hand_over, is_meant } => {
            standing::delete(&settings, &operator, Deletion { which, hand_over, is_meant }, output).await?;
        }
        UserCommand::Export { user } => {
            export::run(&settings, &operator, &user, Progress::beside_results(output, progress)).await?;
        }
        UserCommand::ResetPassword { user, reason } => {
            reset_password(&settings, &operator, &user, reason.as_deref(), output).await?;
        }
    }
    Ok(operator.close().await?)
}

async fn list(
    operator: &Operator,
    which: &WhichAccounts,
    limit: Option<u64>,
    output: Output,
) -> Result<(), CommandError> {
    let (mut left, mut last) = (limit.unwrap_or(u64::MAX), None::<AccountRecord>);
    while left > 0 && is_heard() {
        let mut page = operator.accounts(which, last.as_ref(), left.min(PAGE)).await?;
        page.iter().for_each(|account| tell(account, output));
        left -= page.len() as u64;
        last = page.pop();
        if last.is_none() {
            break;
        }
    }
    Ok(())
}

async fn reset_password(
    settings: &Settings,
    operator: &Operator,
    user: &str,
    reason: Option<&str>,
    output: Output,
) -> Result<(), CommandError> {
    let public_url = public_url(settings)?;
    let made = operator.make_reset_link(user, reason::read(reason)?).await?;
    let link = format!("{public_url}/reset-password?token={}", made.token.expose());
    match output {
        Output::Json => {
            say!("{}", json!({ "email": made.email, "reset_link": link, "valid_until": made.until.to_rfc3339() }))
        }
        Output::Text => {
            say!("{} chooses another password here, once, until {}:", made.email, made.until.to_rfc3339());
            say!("{link}");
        }
    }
    Ok(())
}
