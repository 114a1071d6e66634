//! `user export`: one JSON object a line, whose `kind` says what it is.

use identity::{Operator, PersonalData, PersonalSession};
use organizations::MembershipRecord;
use serde_json::json;
use service_kit::Timestamp;
use service_kit::audit::{Actor, Filter};

use super::words::as_value;
use crate::CommandError;
use crate::commands::{audit, org};
use crate::progress::Progress;
use crate::say::say;
use crate::settings::Settings;

/// Memberships that are read at once.
const PAGE: u64 = 200;

pub async fn run(
    settings: &Settings,
    operator: &Operator,
    user: &str,
    mut progress: Progress,
) -> Result<(), CommandError> {
    let data = operator.export(user).await?;
    let PersonalData { account, first_name, last_name, display_name, pending_email, sessions } = &data;
    let names = json!({ "first_name": first_name, "last_name": last_name, "display_name": display_name });
    let user = json!({ "account": as_value(account), "names": names, "pending_email": pending_email });
    say!("{}", json!({ "kind": "user", "user": user }));
    for session in sessions {
        let PersonalSession { id, app_code, ip_address, user_agent, created, last_activity, ended } = session;
        let session = json!({
            "id": id, "app_code": app_code, "ip_address": ip_address, "user_agent": user_agent,
            "created_at": created.to_rfc3339(), "last_activity_at": last_activity.to_rfc3339(),
            "ended_at": ended.map(Timestamp::to_rfc3339),
        });
        say!("{}", json!({ "kind": "session", "session": session }));
    }
    let id: uuid::Uuid = account.id.parse()?;
    let organizations = org::open(settings).await?;
    let mut last: Option<MembershipRecord> = None;
    loop {
        let mut page = organizations.memberships_of(id, last.as_ref(), PAGE).await?;
        for membership in &page {
            let MembershipRecord { organization_id, organization_name, organization_slug, is_personal, member } =
                membership;
            let membership = json!({
                "organization_id": organization_id, "name": organization_name, "slug": organization_slug,
                "is_personal": is_personal, "status": member.status, "roles": member.roles,
                "joined_at": member.joined.to_rfc3339(),
            });
            say!("{}", json!({ "kind": "membership", "membership": membership }));
        }
        last = page.pop();
        if last.is_none() {
            break;
        }
    }
    organizations.close().await?;
    let by_user = Filter { actor: Some(Actor::User(id)), ..Filter::default() };
    audit::tell_all(settings, &by_user, &mut progress, audit::tell_as_part).await
}
