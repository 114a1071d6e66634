//! What is said of organizations.

use organizations::{MemberRecord, OrganizationRecord};
use serde_json::{Value, json};

use crate::command_line::Output;
use crate::say::say;

pub fn as_value(organization: &OrganizationRecord) -> Value {
    let OrganizationRecord { id, name, slug, status, is_personal, owner_id, profile, created, updated } = organization;
    json!({
        "id": id, "name": name, "slug": slug, "status": status, "is_personal": is_personal, "owner_id": owner_id,
        "profile": profile, "created_at": created.to_rfc3339(), "updated_at": updated.to_rfc3339(),
    })
}

pub fn member_as_value(member: &MemberRecord) -> Value {
    let MemberRecord { user_id, email, display_name, status, has_active_account, roles, joined, .. } = member;
    json!({
        "user_id": user_id, "email": email, "display_name": display_name, "status": status,
        "has_active_account": has_active_account, "roles": roles, "joined_at": joined.to_rfc3339(),
    })
}

/// A line of a list.
pub fn tell(organization: &OrganizationRecord, output: Output) {
    match output {
        Output::Json => say!("{}", as_value(organization)),
        Output::Text => {
            let OrganizationRecord { id, name, slug, status, is_personal, .. } = organization;
            let kind = if *is_personal { "personal" } else { "team" };
            say!("{id}  {slug:40}  {status:9}  {kind:8}  {name}");
        }
    }
}

pub fn tell_member(member: &MemberRecord) {
    let MemberRecord { user_id, email, status, has_active_account, roles, .. } = member;
    let account = if *has_active_account { "" } else { "  account not in use" };
    say!("{user_id}  {email:40}  {status:9}  {}{account}", roles.join(","));
}

pub fn show(organization: &OrganizationRecord, output: Output) {
    if output == Output::Json {
        say!("{}", as_value(organization));
        return;
    }
    let OrganizationRecord { id, name, slug, status, is_personal, owner_id, created, updated, .. } = organization;
    say!("id       {id}");
    say!("name     {name}");
    say!("slug     {slug}");
    say!("kind     {}", if *is_personal { "personal" } else { "team" });
    say!("status   {status}");
    say!("owner    {}", owner_id.map_or_else(|| "nobody".to_owned(), |owner| owner.to_string()));
    say!("created  {}", created.to_rfc3339());
    say!("updated  {}", updated.to_rfc3339());
}
