//! `guildhall admin …`

use std::path::Path;

use identity::{Operator, RoleHolder};
use mail::Address;
use serde_json::json;
use service_kit::settings::missing;
use service_kit::{Clock, Entropy};

use crate::CommandError;
use crate::command_line::{AdminCommand, Output};
use crate::commands::settings_of_data;
use crate::ending::usage;
use crate::os_user;
use crate::say::say;
use crate::settings::{Environment, Settings};

pub async fn run(settings_file: Option<&Path>, command: AdminCommand, output: Output) -> Result<(), CommandError> {
    let as_json = output == Output::Json;
    let settings = settings_of_data(settings_file)?;
    let operator =
        Operator::open(&settings.database("identity"), Clock::system(), Entropy::system(), os_user::origin()).await?;
    match command {
        AdminCommand::Create { email, role } => create(&settings, &operator, (&email, &role), as_json).await,
        AdminCommand::List => {
            let tell =
                |holder: &RoleHolder| if as_json { say!("{}", as_value(holder)) } else { say!("{}", line(holder)) };
            operator.list().await?.iter().for_each(tell);
            Ok(())
        }
        AdminCommand::Grant { email, role } => {
            let is_new = operator.grant(&address(&email)?, &role).await?;
            if as_json {
                say!("{}", json!({ "email": email, "role": role, "has_role": true, "had_role": !is_new }));
                return Ok(());
            }
            let verb = if is_new { "has" } else { "had" };
            say!("{email} {verb} the role {role}{}", if is_new { "" } else { " already" });
            Ok(())
        }
        AdminCommand::Revoke { email, role } => {
            let had_it = operator.revoke(&address(&email)?, &role).await?;
            if as_json {
                say!("{}", json!({ "email": email, "role": role, "has_role": false, "had_role": had_it }));
                return Ok(());
            }
            let outcome = if had_it { "no longer has" } else { "did not have" };
            say!("{email} {outcome} the role {role}");
            Ok(())
        }
    }
}

async fn create(
    settings: &Settings,
    operator: &Operator,
    (email, role): (&str, &str),
    as_json: bool,
) -> Result<(), CommandError> {
    let public_url = public_url(settings)?;
    let created = operator.create(&address(email)?, role).await?;
    let link = created.setup.as_ref().map(|token| format!("{public_url}/reset-password?token={}", token.expose()));
    if as_json {
        say!("{}", json!({ "email": email, "role": role, "is_new": created.is_new, "setup_link": link }));
        return Ok(());
    }
    match (created.is_new, &link) {
        (true, _) => say!("made an account for {email} with the role {role}"),
        (false, None) => say!("{email} has an account and now the role {role}; its password stays as it is"),
        (false, Some(_)) => say!("{email} has an account without a password and now the role {role}"),
    }
    if let Some(link) = link {
        say!("the password is chosen here, once, within 24 hours:");
        say!("{link}");
    }
    Ok(())
}

fn as_value(holder: &RoleHolder) -> serde_json::Value {
    let RoleHolder { email, roles, is_active, has_password } = holder;
    json!({ "email": email, "roles": roles, "is_active": is_active, "has_password": has_password })
}

/// Where links begin.
pub fn public_url(settings: &Settings) -> Result<String, CommandError> {
    match (&settings.public_url, settings.environment) {
        (Some(url), _) => Ok(url.clone()),
        (None, Environment::Dev) => Ok(format!("http://{}", settings.http_listen)),
        (None, Environment::Production) => Err(missing("public_url", "the setup link begins with it").into()),
    }
}

fn address(email: &str) -> Result<Address, CommandError> {
    Address::parse(email).map_err(|problem| usage(format!("--email {problem}")))
}

fn line(holder: &RoleHolder) -> String {
    let mut line = format!("{}  {}", holder.email, holder.roles.join(","));
    if !holder.is_active {
        line.push_str("  not in use");
    }
    if !holder.has_password {
        line.push_str("  no password yet");
    }
    line
}
