//! What was taken away since a token was made, as the services' records tell it.

use serde_json::Value;
use service_kit::positions::{Event, after};

use super::reading::ReadToken;
use super::verdict::Verdict;
use crate::CommandError;
use crate::commands::audit;
use crate::settings::Settings;

/// Changes that are read at once.
const PAGE: u64 = 500;

/// Who keeps a record, and where the token says how much of it it has seen.
const RECORDS: [(&str, &str); 3] = [("identity", "i"), ("organizations", "o"), ("billing-context", "b")];

/// The verdict on a token whose signature and times are right.
pub async fn look(settings: &Settings, read: &ReadToken<'_>, epoch: &str, issuer_compared: bool) -> Verdict {
    let seen = read.claims.get("asof");
    if seen.and_then(|seen| seen.get("e")).and_then(Value::as_str) != Some(epoch) {
        return stale("another epoch has begun since; refresh it once");
    }
    for (service, name) in RECORDS {
        let position = seen.and_then(|seen| seen.get(name)).and_then(Value::as_i64).unwrap_or_default();
        match look_in(settings, service, position, read).await {
            Ok(None) => {}
            Ok(Some(refused)) => return refused,
            Err(error) => return Verdict::Unknown { says: format!("nobody could tell: {error}") },
        }
    }
    Verdict::Valid { issuer_compared, changes_looked_at: true }
}

async fn look_in(
    settings: &Settings,
    service: &'static str,
    mut position: i64,
    read: &ReadToken<'_>,
) -> Result<Option<Verdict>, CommandError> {
    let database = audit::open(settings, service).await?;
    let mut found = None;
    while found.is_none() {
        let page = after(database.reader(), position, PAGE).await?;
        let Some(last) = page.last() else { break };
        position = last.position;
        found = page.iter().find_map(|event| refusal_by(event, read));
    }
    database.close().await?;
    Ok(found)
}

/// What a change means for the token.
fn refusal_by(event: &Event, read: &ReadToken<'_>) -> Option<Verdict> {
    let subject = |name: &str| event.subject.get(name).and_then(Value::as_str);
    let is_claimed = |name: &str, claim: &str| subject(name).is_some() && subject(name) == read.text(claim);
    let (is_user, is_organization) = (is_claimed("user_id", "sub"), is_claimed("organization_id", "active_org_id"));
    let holds = |code: &str| {
        let roles = read.claims.get("roles").and_then(Value::as_array);
        roles.is_some_and(|roles| roles.iter().any(|role| role.as_str() == Some(code)))
    };
    match event.kind.as_str() {
        "session" if is_claimed("session_id", "sid") => Some(revoked("its session has ended; sign in again")),
        "user" if is_user && event.subject.get("ended") == Some(&Value::Bool(true)) => {
            Some(revoked("every session of its user has ended; sign in again"))
        }
        "user" if is_user => Some(stale("something was taken from its user since; refresh it once")),
        "membership" if is_user && is_organization => {
            Some(stale("the user's membership of its organization has changed since; refresh it once"))
        }
        "role" if is_organization && subject("role_code").is_some_and(holds) => {
            Some(stale("a role that it names permits less since; refresh it once"))
        }
        "organization" if is_organization => {
            Some(stale("its organization has ended or was suspended; refresh it once"))
        }
        "entitlement" if is_organization => Some(stale("its organization's plan gives less since; refresh it once")),
        "session" | "user" | "membership" | "role" | "organization" | "entitlement" => None,
        // What gives more makes no token wrong.
        "membership_widened" | "organization_widened" => None,
        // Whatever else there is concerns everything, as it does for every verifier.
        _ => Some(stale("something that concerns every token has changed since; refresh it once")),
    }
}

fn revoked(says: &str) -> Verdict {
    Verdict::Refused { word: "revoked", says: says.to_owned() }
}

fn stale(says: &str) -> Verdict {
    Verdict::Refused { word: "stale", says: says.to_owned() }
}
