//! What is printed about a token. Never the token itself.

use serde_json::{Value, json};
use token_verification::{Caller, TokenVerifier};

pub fn of(verifier: &TokenVerifier, token: &str) -> Value {
    match verifier.verify(token) {
        Ok(caller) => valid(&caller),
        Err(refusal) => {
            json!({ "valid": false, "reason": refusal.reason(), "message": refusal.to_string() })
        }
    }
}

fn valid(caller: &Caller) -> Value {
    let organization = caller.organization.as_ref();
    json!({
        "valid": true,
        "user_id": caller.user_id.to_string(),
        "organization_id": organization.map(|active| active.id.to_string()),
        "organization_slug": organization.map(|active| &active.slug),
        "org_role": organization.map(|active| active.role.as_str()),
        "roles": &*caller.roles,
        "permissions": &*caller.permissions,
        "subscription": caller.subscription,
    })
}
