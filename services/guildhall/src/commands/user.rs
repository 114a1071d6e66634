//! `guildhall user …`

use std::path::Path;

use identity::{AccountRecord, Operator, SessionRecord};
use serde_json::json;
use service_kit::audit::Reason;
use service_kit::{Clock, Entropy};

use crate::CommandError;
use crate::command_line::{Output, UserCommand};
use crate::ending::usage;
use crate::os_user;
use crate::say::say;
use crate::settings::{Environment, Settings};

pub async fn run(settings_file: Option<&Path>, command: UserCommand, output: Output) -> Result<(), CommandError> {
    let settings = Settings::read(settings_file, Environment::Production)?;
    let operator = Operator::open(&settings.database("identity"), Clock::system(), Entropy::system(), os_user::origin()).await?;
    match command {
        UserCommand::Show { user } => show(&operator.find(&user).await?, output),
        UserCommand::Sessions { user } => {
            operator.sessions(&user).await?.iter().for_each(|session| tell(session, output));
        }
        UserCommand::SignOut { user, reason } => {
            let reason = reason.as_deref().map(Reason::parse).transpose();
            let reason = reason.map_err(|problem| usage(format!("--reason {problem}")))?.flatten();
            let account = operator.sign_out(&user, reason).await?;
            match output {
                Output::Json => say!("{}", json!({ "user_id": account.id, "signed_out": true })),
                Output::Text => say!("{} is signed out everywhere", account.email),
            }
        }
    }
    Ok(())
}

fn show(account: &AccountRecord, output: Output) {
    let AccountRecord { id, email, email_verified, status, roles, created, last_login, personal_organization_id } =
        account;
    let last_login = last_login.map(service_kit::Timestamp::to_rfc3339);
    match output {
        Output::Json => say!(
            "{}",
            json!({
                "id": id, "email": email, "email_verified": email_verified, "status": status, "roles": roles,
                "created_at": created.to_rfc3339(), "last_login_at": last_login,
                "personal_organization_id": personal_organization_id,
            })
        ),
        Output::Text => {
            say!("id                     {id}");
            say!("address                {}", email);
            say!("address proven         {}", if *email_verified { "yes" } else { "no" });
            say!("status                 {status}");
            say!("platform roles         {}", if roles.is_empty() { "none".to_owned() } else { roles.join(", ") });
            say!("personal organization  {personal_organization_id}");
            say!("created                {}", created.to_rfc3339());
            say!("last signed in         {}", last_login.as_deref().unwrap_or("never"));
        }
    }
}

fn tell(session: &SessionRecord, output: Output) {
    let SessionRecord { id, app_code, organization_id, created, last_activity, expires, in_cookies } = session;
    match output {
        Output::Json => say!(
            "{}",
            json!({
                "id": id, "app_code": app_code, "organization_id": organization_id, "created_at": created.to_rfc3339(),
                "last_activity_at": last_activity.to_rfc3339(), "expires_at": expires.to_rfc3339(), "in_cookies": in_cookies,
            })
        ),
        Output::Text => {
            let (created, active) = (created.to_rfc3339(), last_activity.to_rfc3339());
            say!("{id}  {app_code:20}  since {created}  active {active}  until {}", expires.to_rfc3339());
        }
    }
}
