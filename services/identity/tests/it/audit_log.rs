//! What the audit log of identity tells.

use std::time::Duration;

use contracts::audit::v1::AuditFilter;
use contracts::identity::v1 as proto;
use service_kit::{ErrorReason, Timestamp};
use test_kit::service_secrets;
use tonic::Status;

use crate::platform_roles::set_roles;
use crate::world::{PASSWORD, Person, World, from, reason};

pub async fn read(
    world: &World,
    by: &Person,
    request: proto::ListAuditLogRequest,
) -> Result<proto::ListAuditLogResponse, Status> {
    Ok(world.user_administration().list_audit_log(by.call(request)).await?.into_inner())
}

pub async fn actions(world: &World, by: &Person) -> Vec<String> {
    let entries = read(world, by, proto::ListAuditLogRequest::default()).await.unwrap().entries;
    entries.into_iter().map(|entry| entry.action).collect()
}

fn only(filter: AuditFilter) -> proto::ListAuditLogRequest {
    proto::ListAuditLogRequest { filter: Some(filter), ..Default::default() }
}

fn instant(at: Timestamp) -> Option<prost_types::Timestamp> {
    Some(at.into())
}

#[tokio::test]
async fn every_change_of_the_back_office_is_told_with_who_whom_why_and_from_where() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let bob = world.vouched("bob@example.com").await;
    let reason = Some("asked for by the owner".to_owned());
    let channel = world.identity.in_process().with_credential(&service_secrets());
    let mut gateway = proto::user_administration_service_client::UserAdministrationServiceClient::new(channel);
    let user_id = bob.id.clone();
    let request = proto::SuspendUserRequest { user_id, reason: reason.clone() };
    gateway.suspend_user(from("192.0.2.7", "curl", admin.call(request))).await.unwrap();
    let user_id = bob.id.clone();
    let request = proto::ReactivateUserRequest { user_id, reason: reason.clone() };
    gateway.reactivate_user(from("192.0.2.7", "curl", admin.call(request))).await.unwrap();
    let user_id = bob.id.clone();
    let request = proto::RevokeUserSessionsRequest { user_id, reason: reason.clone() };
    gateway.revoke_user_sessions(from("192.0.2.7", "curl", admin.call(request))).await.unwrap();
    let role_codes = vec!["super_admin".to_owned()];
    gateway
        .set_user_roles(from(
            "192.0.2.7",
            "curl",
            admin.call(proto::SetUserRolesRequest { user_id: bob.id.clone(), role_codes }),
        ))
        .await
        .unwrap();

    let by_admin = only(AuditFilter { actor: admin.id.clone(), ..Default::default() });
    let mut entries = read(&world, &admin, by_admin).await.unwrap().entries;
    entries.sort_by(|one, other| one.action.cmp(&other.action));
    let told: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(told, ["user.reactivated", "user.roles_set", "user.sessions_revoked", "user.suspended"]);
    for entry in &entries {
        assert_eq!((entry.target_kind.as_str(), entry.target_id.as_str()), ("user", bob.id.as_str()));
        assert_eq!(entry.ip_address.as_deref(), Some("192.0.2.7"));
        assert_eq!(entry.user_agent.as_deref(), Some("curl"));
        let session = world.verified(&admin.tokens.access_token).session_id.to_string();
        assert_eq!(entry.actor_session_id.as_deref(), Some(session.as_str()));
        assert_eq!(entry.reason.is_some(), entry.action != "user.roles_set");
    }
    assert_eq!(entries[1].details_json, r#"{"after":["super_admin"],"before":[]}"#);
    assert_eq!(entries[3].reason, reason);
}

#[tokio::test]
async fn only_the_gateway_tells_where_a_call_came_from() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let request = proto::RevokeUserSessionsRequest { user_id: admin.id.clone(), reason: None };
    world.user_administration().revoke_user_sessions(from("192.0.2.7", "made up", admin.call(request))).await.unwrap();
    let tokens = world.log_in("admin@example.com", PASSWORD).await.unwrap().tokens.unwrap();
    let admin = Person { tokens, ..admin };
    let revoked = only(AuditFilter { action: "user.sessions_revoked".to_owned(), ..Default::default() });
    let entry = read(&world, &admin, revoked).await.unwrap().entries.remove(0);
    assert_eq!((entry.ip_address, entry.user_agent), (None, None));
}

#[tokio::test]
async fn the_log_is_read_in_pages_and_by_filters() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let bob = world.vouched("bob@example.com").await;
    let start = world.clock.now();
    for number in 0..6 {
        world.clock.advance(Duration::from_secs(1));
        let codes: &[&str] = if number % 2 == 0 { &["super_admin"] } else { &[] };
        set_roles(&world, &admin, &bob.id, codes).await.unwrap();
    }
    let all = read(&world, &admin, proto::ListAuditLogRequest::default()).await.unwrap().entries;
    assert_eq!(all.len(), 7, "the operator's grant and six changes");
    assert_eq!(all.last().unwrap().actor, "operator");
    let first = proto::ListAuditLogRequest { page_size: 4, ..Default::default() };
    let first = read(&world, &admin, first).await.unwrap();
    let page_token = first.next_page_token.clone();
    let second = proto::ListAuditLogRequest { page_size: 4, page_token, ..Default::default() };
    let second = read(&world, &admin, second).await.unwrap();
    assert_eq!([first.entries, second.entries].concat(), all);
    assert_eq!(second.next_page_token, "");

    let after = |seconds| instant(start.plus(Duration::from_secs(seconds)));
    let between = only(AuditFilter { since: after(2), until: after(4), ..Default::default() });
    assert_eq!(read(&world, &admin, between).await.unwrap().entries, all[3..5]);
    let by_operator = only(AuditFilter { actor: "operator".to_owned(), ..Default::default() });
    assert_eq!(read(&world, &admin, by_operator).await.unwrap().entries, all[6..]);
    for bad in [
        only(AuditFilter { actor: "bob".to_owned(), ..Default::default() }),
        only(AuditFilter { action: "x".repeat(81), ..Default::default() }),
        proto::ListAuditLogRequest { page_size: 201, ..Default::default() },
        proto::ListAuditLogRequest {
            page_token: first.next_page_token,
            ..only(AuditFilter { since: after(0), ..Default::default() })
        },
    ] {
        assert_eq!(reason(read(&world, &admin, bad).await), ErrorReason::ValidationError);
    }
}

#[tokio::test]
async fn the_first_administrator_is_told_of_as_well() {
    let world =
        World::with(|settings| settings.first_admin = Some(crate::world::admin("root@example.com", PASSWORD))).await;
    let answer = world.log_in("root@example.com", PASSWORD).await.unwrap();
    let root =
        Person { id: answer.user.unwrap().id, personal_organization: String::new(), tokens: answer.tokens.unwrap() };
    let entries = read(&world, &root, proto::ListAuditLogRequest::default()).await.unwrap().entries;
    let told: Vec<_> = entries.iter().map(|entry| (entry.actor.as_str(), entry.action.as_str())).collect();
    assert_eq!(told, [("operator", "user.created")]);
    assert_eq!(entries[0].target_id, root.id);
}
