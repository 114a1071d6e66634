//! `guildhall admin …`

use std::path::Path;

use identity::{Operator, RoleHolder};
use mail::Address;
use service_kit::settings::missing;
use service_kit::{Clock, Entropy};

use crate::CommandError;
use crate::command_line::AdminCommand;
use crate::say::say;
use crate::settings::{Environment, Settings};

pub async fn run(settings_file: Option<&Path>, command: AdminCommand) -> Result<(), CommandError> {
    let settings = Settings::read(settings_file, Environment::Production)?;
    let operator = Operator::open(&settings.database("identity"), Clock::system(), Entropy::system()).await?;
    match command {
        AdminCommand::Create { email, role } => create(&settings, &operator, &email, &role).await,
        AdminCommand::List => {
            operator.list().await?.iter().for_each(|holder| say!("{}", line(holder)));
            Ok(())
        }
        AdminCommand::Grant { email, role } => {
            let is_new = operator.grant(&address(&email)?, &role).await?;
            let verb = if is_new { "has" } else { "had" };
            say!("{email} {verb} the role {role}{}", if is_new { "" } else { " already" });
            Ok(())
        }
        AdminCommand::Revoke { email, role } => {
            let had_it = operator.revoke(&address(&email)?, &role).await?;
            let outcome = if had_it { "no longer has" } else { "did not have" };
            say!("{email} {outcome} the role {role}");
            Ok(())
        }
    }
}

async fn create(settings: &Settings, operator: &Operator, email: &str, role: &str) -> Result<(), CommandError> {
    let public_url = public_url(settings)?;
    let created = operator.create(&address(email)?, role).await?;
    match (created.is_new, &created.setup) {
        (true, _) => say!("made an account for {email} with the role {role}"),
        (false, None) => say!("{email} has an account and now the role {role}; its password stays as it is"),
        (false, Some(_)) => say!("{email} has an account without a password and now the role {role}"),
    }
    if let Some(token) = created.setup {
        say!("the password is chosen here, once, within 24 hours:");
        say!("{public_url}/reset-password?token={}", token.expose());
    }
    Ok(())
}

fn public_url(settings: &Settings) -> Result<String, CommandError> {
    match (&settings.public_url, settings.environment) {
        (Some(url), _) => Ok(url.clone()),
        (None, Environment::Dev) => Ok(format!("http://{}", settings.http_listen)),
        (None, Environment::Production) => Err(missing("public_url", "the setup link begins with it").into()),
    }
}

fn address(email: &str) -> Result<Address, CommandError> {
    Address::parse(email).map_err(|problem| format!("--email {problem}").into())
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
