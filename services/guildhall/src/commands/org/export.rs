//! `org export`: one JSON object a line, whose `kind` says what it is.

use organizations::{MemberRecord, Operator, OrganizationRecord, RoleRecord};
use serde_json::json;
use service_kit::audit::Filter;

use super::PAGE;
use super::words::{as_value, member_as_value};
use crate::CommandError;
use crate::commands::audit;
use crate::progress::Progress;
use crate::say::{is_heard, say};
use crate::settings::Settings;

pub async fn run(
    settings: &Settings,
    operator: &Operator,
    organization: &OrganizationRecord,
    mut progress: Progress,
) -> Result<(), CommandError> {
    say!("{}", json!({ "kind": "organization", "organization": as_value(organization) }));
    let mut last: Option<RoleRecord> = None;
    loop {
        let mut page = operator.roles(organization, last.as_ref(), PAGE).await?;
        for RoleRecord { code, name, description, permissions } in &page {
            let role = json!({ "code": code, "name": name, "description": description, "permissions": permissions });
            say!("{}", json!({ "kind": "role", "role": role }));
        }
        last = page.pop();
        if last.is_none() {
            break;
        }
    }
    let (mut told, mut last) = (0, None::<MemberRecord>);
    loop {
        let mut page = operator.members(organization, last.as_ref(), PAGE).await?;
        for member in &page {
            say!("{}", json!({ "kind": "member", "member": member_as_value(member) }));
        }
        told += page.len() as u64;
        progress.count("members", told);
        last = page.pop();
        if last.is_none() || !is_heard() {
            break;
        }
    }
    let concerning = Filter { tenant_id: Some(organization.id), ..Filter::default() };
    audit::tell_all(settings, &concerning, &mut progress, audit::tell_as_part).await
}
