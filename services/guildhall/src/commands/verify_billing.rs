//! `guildhall billing verify`

use std::cell::RefCell;
use std::path::Path;
use std::process::ExitCode;

use billing_context::Operator;
use serde_json::json;
use service_kit::{Clock, Entropy};

use crate::CommandError;
use crate::command_line::Output;
use crate::commands::settings_of_data;
use crate::os_user;
use crate::progress::Progress;
use crate::say::say;

/// Faults that are printed one by one; of more, only the number is told.
const MOST_PRINTED: u64 = 100;

pub async fn run(settings_file: Option<&Path>, output: Output, progress: bool) -> Result<ExitCode, CommandError> {
    let settings = settings_of_data(settings_file)?;
    let database = settings.database("billing-context");
    let operator = Operator::open(&database, Clock::system(), Entropy::system(), os_user::origin()).await?;
    let progress = RefCell::new(Progress::new(output, progress));
    let mut told = 0;
    let mut faults = Vec::new();
    let report = operator
        .verify_ledgers(
            |organization, fault| {
                told += 1;
                if told > MOST_PRINTED {
                    return;
                }
                if output == Output::Json {
                    faults.push(json!({ "organization_id": organization.to_string(), "fault": fault.to_string() }));
                } else {
                    progress.borrow_mut().clear();
                    say!("organization {organization}: {fault}");
                }
            },
            |entries| progress.borrow_mut().count("entries read", entries),
        )
        .await?;
    drop(progress);
    if output == Output::Json {
        let (organizations, entries, number) = (report.organizations, report.entries, report.faults);
        let numbers = json!({ "organizations": organizations, "entries": entries, "faults": number });
        say!("{}", json!({ "report": numbers, "first_faults": faults }));
        return Ok(if number == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    if told > MOST_PRINTED {
        say!("and {} more", told - MOST_PRINTED);
    }
    say!("organizations read  {}", report.organizations);
    say!("entries read        {}", report.entries);
    say!("faults              {}", report.faults);
    if report.faults == 0 {
        say!("every balance is what its ledger says");
        return Ok(ExitCode::SUCCESS);
    }
    say!("some balances are not what their ledgers say; restore billing's database or correct it before you charge");
    Ok(ExitCode::FAILURE)
}
