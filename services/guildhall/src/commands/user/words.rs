//! What is said of accounts.

use identity::{AccountRecord, SessionRecord};
use serde_json::{Value, json};
use service_kit::Timestamp;

use crate::command_line::Output;
use crate::say::say;

pub fn as_value(account: &AccountRecord) -> Value {
    let AccountRecord { id, email, email_verified, status, roles, created, last_login, personal_organization_id } =
        account;
    json!({
        "id": id, "email": email, "email_verified": email_verified, "status": status, "roles": roles,
        "created_at": created.to_rfc3339(), "last_login_at": last_login.map(Timestamp::to_rfc3339),
        "personal_organization_id": personal_organization_id,
    })
}

/// A line of a list.
pub fn tell(account: &AccountRecord, output: Output) {
    match output {
        Output::Json => say!("{}", as_value(account)),
        Output::Text => {
            let AccountRecord { id, email, status, roles, .. } = account;
            say!("{id}  {status:10}  {email}{}{}", if roles.is_empty() { "" } else { "  " }, roles.join(","));
        }
    }
}

pub fn show(account: &AccountRecord, output: Output) {
    if output == Output::Json {
        say!("{}", as_value(account));
        return;
    }
    let AccountRecord { id, email, email_verified, status, roles, created, last_login, personal_organization_id } =
        account;
    let last_login = last_login.map(Timestamp::to_rfc3339);
    say!("id                     {id}");
    say!("address                {email}");
    say!("address proven         {}", if *email_verified { "yes" } else { "no" });
    say!("status                 {status}");
    say!("platform roles         {}", if roles.is_empty() { "none".to_owned() } else { roles.join(", ") });
    say!("personal organization  {personal_organization_id}");
    say!("created                {}", created.to_rfc3339());
    say!("last signed in         {}", last_login.as_deref().unwrap_or("never"));
}

pub fn tell_session(session: &SessionRecord, output: Output) {
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
