//! `user suspend`, `user unsuspend`, `user delete`: begun here, finished by the services.

use std::time::{Duration, Instant};

use identity::{AccountRecord, Operator, OperatorError};
use organizations::BlockingRecord;
use serde_json::json;

use crate::CommandError;
use crate::command_line::{OneUser, Output};
use crate::commands::org;
use crate::ending::{conflict, usage};
use crate::reason;
use crate::say::say;
use crate::settings::Settings;

const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(200);

pub async fn suspend(
    settings: &Settings,
    operator: &Operator,
    which: OneUser,
    output: Output,
) -> Result<(), CommandError> {
    let account = operator.suspend(&which.user, reason::read(which.reason.as_deref())?).await?;
    let Some(account) = settled(operator, &account, which.wait).await? else {
        return Err(conflict("the account was deleted meanwhile"));
    };
    match account.status {
        "suspended" => tell(&account, "is suspended", output),
        "suspending" => {
            tell(&account, "cannot be used; it counts as suspended once identity and organizations run", output)
        }
        _ => {
            let blocking = blocking_suspension(settings, uuid_of(&account)?).await;
            return Err(called_off("suspended", &blocking));
        }
    }
    Ok(())
}

/// The organizations in the way; none where their database cannot be read from here.
async fn blocking_suspension(settings: &Settings, user_id: uuid::Uuid) -> Vec<BlockingRecord> {
    let Ok(organizations) = org::open(settings).await else { return Vec::new() };
    organizations.blocking_suspension(user_id).await.unwrap_or_default()
}

pub async fn unsuspend(operator: &Operator, which: OneUser, output: Output) -> Result<(), CommandError> {
    let account = operator.unsuspend(&which.user, reason::read(which.reason.as_deref())?).await?;
    tell(&account, "is in use", output);
    Ok(())
}

/// What `user delete` was told.
pub struct Deletion {
    pub which: OneUser,
    pub hand_over: bool,
    pub is_meant: bool,
}

pub async fn delete(
    settings: &Settings,
    operator: &Operator,
    deletion: Deletion,
    output: Output,
) -> Result<(), CommandError> {
    let Deletion { which, hand_over, is_meant } = deletion;
    let reason = reason::read(which.reason.as_deref())?;
    let account = operator.find(&which.user).await?;
    let id = uuid_of(&account)?;
    if !is_meant {
        let email = &account.email;
        return Err(usage(format!(
            "this would delete {email} ({id}) for good; repeat it with --yes-i-know-what-im-doing"
        )));
    }
    if hand_over {
        let account = operator.delete_handing_over(&account.id, reason).await?;
        let account = AccountRecord { status: "deleted", ..account };
        tell(&account, "is deleted; its organizations are handed over once identity and organizations run", output);
        return Ok(());
    }
    // Whoever can be told beforehand is; what changes until then, the services find out.
    if let Ok(organizations) = org::open(settings).await {
        let blocking = organizations.blocking_departure(id).await?;
        organizations.close().await?;
        if !blocking.is_empty() {
            return Err(called_off("deleted", &blocking));
        }
    }
    let account = operator.delete(&account.id, reason).await?;
    match settled(operator, &account, which.wait).await? {
        None => tell(&AccountRecord { status: "deleted", ..account }, "is deleted", output),
        Some(account) if account.status == "departing" => {
            tell(&account, "cannot be used, and is deleted once identity and organizations run", output);
        }
        Some(_) => return Err(called_off("deleted", &[])),
    }
    Ok(())
}

/// The account once the services have settled what was begun, or as it stands when the wait is over; `None` when it is gone.
async fn settled(
    operator: &Operator,
    account: &AccountRecord,
    wait: Duration,
) -> Result<Option<AccountRecord>, CommandError> {
    let until = Instant::now() + wait;
    loop {
        match operator.find(&account.id).await {
            Ok(account) if matches!(account.status, "suspending" | "departing") && Instant::now() < until => {}
            Ok(account) => return Ok(Some(account)),
            Err(OperatorError::NoSuchUser) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        tokio::time::sleep(LOOK_AGAIN_AFTER).await;
    }
}

fn tell(account: &AccountRecord, outcome: &str, output: Output) {
    match output {
        Output::Json => say!("{}", json!({ "user_id": account.id, "status": account.status })),
        Output::Text => say!("{} {outcome}", account.email),
    }
}

fn called_off(verb: &str, blocking: &[BlockingRecord]) -> CommandError {
    let named: Vec<String> = blocking.iter().map(|one| format!("{} ({})", one.slug, one.id)).collect();
    let which = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
    conflict(format!(
        "the account is not {verb}: organizations would lose their only active owner{which}; make somebody else an owner first"
    ))
}

fn uuid_of(account: &AccountRecord) -> Result<uuid::Uuid, CommandError> {
    Ok(account.id.parse()?)
}
