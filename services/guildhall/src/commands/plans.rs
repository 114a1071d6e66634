//! `guildhall plans …`

use std::path::Path;

use billing_context::{ProviderSettings, Upstreams};
use contracts::billing::v1::ApplyPlansRequest;
use contracts::billing::v1::plan_service_client::PlanServiceClient;
use serde_json::json;
use service_kit::call_origin::tell_origin;
use service_kit::trust::ServiceSecrets;
use service_kit::{Clock, Entropy, MasterKey, Metrics, Microservice, Trust};
use token_verification::{Freshness, KeyStore};
use tonic::{Request, Status};
use tonic_types::StatusExt;

use crate::CommandError;
use crate::command_line::{Output, PlansCommand};
use crate::commands::settings_of_data;
use crate::ending::usage;
use crate::os_user;
use crate::plan_file::PlanFile;
use crate::say::say;
use crate::settings::Settings;

pub async fn run(settings_file: Option<&Path>, command: PlansCommand, output: Output) -> Result<(), CommandError> {
    let PlansCommand::Apply { file, check } = command;
    let settings = settings_of_data(settings_file)?;
    let file = PlanFile::read(&file)?;
    let mut plans = open(&settings).await?;
    let mut request = Request::new(ApplyPlansRequest { plans: file.plans(), check_only: check });
    let origin = os_user::origin();
    tell_origin(request.metadata_mut(), "", origin.user_agent.as_deref().unwrap_or_default());
    let applied = plans.apply_plans(request).await.map_err(|status| told(&file, status))?.into_inner();
    if output == Output::Json {
        let plans: Vec<_> =
            applied.plans.iter().map(|plan| json!({ "code": plan.code, "version": plan.version })).collect();
        let (changed, withdrawn) = (&applied.changed_codes, applied.withdrawn);
        say!("{}", json!({ "plans": plans, "changed_codes": changed, "withdrawn": withdrawn, "check_only": check }));
        return Ok(());
    }
    for plan in &applied.plans {
        let is_new = applied.changed_codes.contains(&plan.code);
        say!("{:50}  version {}{}", plan.code, plan.version, if is_new { ", new" } else { "" });
    }
    if applied.withdrawn > 0 {
        say!("{} offered no more", applied.withdrawn);
    }
    if check {
        say!("nothing was changed: this was a check");
    }
    Ok(())
}

/// Billing over its database alone: nothing is served, and nobody else is called.
async fn open(settings: &Settings) -> Result<PlanServiceClient<service_kit::Channel>, CommandError> {
    let (clock, entropy) = (Clock::system(), Entropy::system());
    let master_key = MasterKey::from_bytes(entropy.bytes());
    let secret = entropy.uuid(clock.now()).simple().to_string().repeat(2);
    let secrets = ServiceSecrets::new(&[secret.into()])?;
    let audiences = ["guildhall".to_owned()];
    let trust =
        Trust::lazy("guildhall", &audiences, KeyStore::empty(), Freshness::UntilExpiry, secrets, clock.clone())?;
    let nobody = Microservice::builder("nobody", &trust, |_| None).build();
    let billing = billing_context::Settings {
        database: settings.database("billing-context"),
        master_key,
        clock,
        entropy,
        metrics: Metrics::new(),
        provider: ProviderSettings::Manual { pages: None },
        return_origins: Vec::new(),
    };
    let upstreams = Upstreams { organizations: nobody.in_process() };
    let billing = billing_context::build(billing, &trust, upstreams).await?;
    let channel = billing.in_process().with_credential(&trust.service_secrets);
    Ok(PlanServiceClient::new(channel))
}

/// Every fault of the file, each on a line of its own.
fn told(file: &PlanFile, status: Status) -> CommandError {
    let faults = status.get_details_bad_request().map(|details| details.field_violations).unwrap_or_default();
    let faults = faults.iter().map(|fault| file.problem(&fault.field, &fault.description).to_string());
    let faults: Vec<String> = faults.collect();
    if faults.is_empty() { status.message().to_owned().into() } else { usage(faults.join("\n")) }
}
