//! What is said of entries.

use serde_json::{Map, Value, json};
use service_kit::audit::{Actor, Entry};

/// A line for people. An operator's entries name the account of the machine.
pub fn as_text(entry: &Entry) -> String {
    let Entry { action, target_kind, target_id, .. } = entry;
    let actor = match (&entry.actor, &entry.user_agent) {
        (Actor::Operator, Some(account)) => format!("operator ({account})"),
        (actor, _) => actor.to_string(),
    };
    let reason = entry.reason.clone().map(|reason| format!("  ({})", reason.into_string())).unwrap_or_default();
    format!("{}  {actor:36}  {action:32}  {target_kind} {target_id}{reason}", entry.at.to_rfc3339())
}

/// As the back office exports it.
pub fn as_value(entry: &Entry) -> Value {
    let mut told = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            told.insert(name.to_owned(), value);
        }
    };
    put("id", Some(entry.id.to_string().into()));
    put("created_at", Some(entry.at.to_rfc3339().into()));
    put("actor", Some(entry.actor.to_string().into()));
    put("actor_session_id", entry.actor_session.map(|id| id.to_string().into()));
    put("action", Some(entry.action.clone().into()));
    put("target_kind", Some(entry.target_kind.clone().into()));
    put("target_id", Some(entry.target_id.clone().into()));
    put("organization_id", entry.tenant_id.map(|id| id.to_string().into()));
    put("reason", entry.reason.clone().map(|reason| reason.into_string().into()));
    put("details", Some(entry.details.clone()));
    put("ip_address", entry.ip_address.clone().map(Into::into));
    put("user_agent", entry.user_agent.clone().map(Into::into));
    put("request_id", entry.request_id.clone().map(Into::into));
    json!(told)
}
