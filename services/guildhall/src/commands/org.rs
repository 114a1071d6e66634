//! `guildhall org …`

mod export;
mod words;

use std::path::Path;

use organizations::{MemberRecord, Operator, OrganizationRecord, WhichOrganizations};
use serde_json::json;
use service_kit::{Clock, Entropy};

use self::words::{as_value, member_as_value, show, tell, tell_member};
use crate::CommandError;
use crate::command_line::{OneOrganization, OrgCommand, Output, StatusFilter};
use crate::commands::settings_of_data;
use crate::ending::usage;
use crate::os_user;
use crate::progress::Progress;
use crate::reason;
use crate::say::{is_heard, say};
use crate::settings::Settings;

/// Records that are read at once.
const PAGE: u64 = 200;

pub async fn run(
    settings_file: Option<&Path>,
    command: OrgCommand,
    output: Output,
    progress: bool,
) -> Result<(), CommandError> {
    let settings = settings_of_data(settings_file)?;
    let operator = open(&settings).await?;
    match command {
        OrgCommand::List { search, status, limit } => {
            let is_suspended = status.map(|status| status == StatusFilter::Suspended);
            list(&operator, &WhichOrganizations { search, is_suspended }, limit, output).await?;
        }
        OrgCommand::Show { organization } => show(&operator.find(&organization).await?, output),
        OrgCommand::Members { organization, limit } => {
            members(&operator, &operator.find(&organization).await?, limit, output).await?;
        }
        OrgCommand::Suspend(which) => give_status(&operator, which, true, output).await?,
        OrgCommand::Unsuspend(which) => give_status(&operator, which, false, output).await?,
        OrgCommand::Delete { which, is_meant } => delete(&operator, which, is_meant, output).await?,
        OrgCommand::Export { organization } => {
            let organization = operator.find(&organization).await?;
            export::run(&settings, &operator, &organization, Progress::beside_results(output, progress)).await?;
        }
    }
    Ok(operator.close().await?)
}

/// The operator's access to the database of organizations.
pub async fn open(settings: &Settings) -> Result<Operator, CommandError> {
    let database = settings.database("organizations");
    Ok(Operator::open(&database, Clock::system(), Entropy::system(), os_user::origin()).await?)
}

async fn list(
    operator: &Operator,
    which: &WhichOrganizations,
    limit: Option<u64>,
    output: Output,
) -> Result<(), CommandError> {
    let (mut left, mut last) = (limit.unwrap_or(u64::MAX), None::<OrganizationRecord>);
    while left > 0 && is_heard() {
        let mut page = operator.list(which, last.as_ref(), left.min(PAGE)).await?;
        page.iter().for_each(|organization| tell(organization, output));
        left -= page.len() as u64;
        last = page.pop();
        if last.is_none() {
            break;
        }
    }
    Ok(())
}

async fn members(
    operator: &Operator,
    organization: &OrganizationRecord,
    limit: Option<u64>,
    output: Output,
) -> Result<(), CommandError> {
    let (mut left, mut last) = (limit.unwrap_or(u64::MAX), None::<MemberRecord>);
    while left > 0 && is_heard() {
        let mut page = operator.members(organization, last.as_ref(), left.min(PAGE)).await?;
        for member in &page {
            match output {
                Output::Json => say!("{}", member_as_value(member)),
                Output::Text => tell_member(member),
            }
        }
        left -= page.len() as u64;
        last = page.pop();
        if last.is_none() {
            break;
        }
    }
    Ok(())
}

async fn give_status(
    operator: &Operator,
    which: OneOrganization,
    is_suspended: bool,
    output: Output,
) -> Result<(), CommandError> {
    let reason = reason::read(which.reason.as_deref())?;
    let given = match is_suspended {
        true => operator.suspend(&which.organization, reason).await?,
        false => operator.unsuspend(&which.organization, reason).await?,
    };
    let (organization, has_changed) = (&given.organization, given.has_changed);
    match output {
        Output::Json => say!("{}", json!({ "organization": as_value(organization), "has_changed": has_changed })),
        Output::Text => {
            let already = if has_changed { "" } else { " already" };
            say!("{} ({}) is {}{already}", organization.slug, organization.id, organization.status);
        }
    }
    Ok(())
}

async fn delete(
    operator: &Operator,
    which: OneOrganization,
    is_meant: bool,
    output: Output,
) -> Result<(), CommandError> {
    let reason = reason::read(which.reason.as_deref())?;
    if !is_meant {
        let organization = operator.find(&which.organization).await?;
        return Err(usage(format!(
            "this would end {} ({}) for good; repeat it with --yes-i-know-what-im-doing",
            organization.slug, organization.id
        )));
    }
    let organization = operator.delete(&which.organization, reason).await?;
    match output {
        Output::Json => say!("{}", json!({ "organization": as_value(&organization), "deleted": true })),
        Output::Text => say!("{} ({}) is deleted", organization.slug, organization.id),
    }
    Ok(())
}
