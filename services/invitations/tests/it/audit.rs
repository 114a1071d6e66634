//! What the audit log tells of invitations and links.

use std::collections::HashMap;
use std::time::Duration;

use contracts::audit::v1::{AuditEntry, AuditFilter};
use contracts::invitations::v1::invitation_service_client::InvitationServiceClient;
use contracts::invitations::v1::{
    CreateInvitationRequest, CreateInviteLinkRequest, InvitationStatus, ListAuditLogRequest, ListMyActionsRequest,
    ListOrganizationAuditLogRequest, ResendInvitationRequest, SetInviteLinkActiveRequest,
};
use contracts::organizations::v1::OrgRole;
use serde_json::{Value, json};
use service_kit::call_origin::tell_origin;
use service_kit::request_scope::RequestScope;
use service_kit::{ErrorReason, Timestamp};
use test_kit::START;
use tokio::task::JoinSet;
use tonic::Status;
use uuid::Uuid;

use crate::stubs::Outage;
use crate::world::{WEEK, World, assert_refused, invitation_to, link_to};

async fn try_log(world: &World, by: Uuid, organization: Uuid) -> Result<Vec<AuditEntry>, Status> {
    let request = ListOrganizationAuditLogRequest {
        organization_id: organization.to_string(),
        page_size: 200,
        ..ListOrganizationAuditLogRequest::default()
    };
    let answer = world.audit().list_organization_audit_log(world.signed(by, request)).await?;
    Ok(answer.into_inner().entries)
}

/// The organization's log, the oldest first, and what was done at one instant by its name.
async fn log(world: &World, by: Uuid, organization: Uuid) -> Vec<AuditEntry> {
    let mut entries = try_log(world, by, organization).await.unwrap();
    entries.sort_by_key(|entry| (entry.created_at.map(|at| (at.seconds, at.nanos)), entry.action.clone()));
    entries
}

/// A second passes, so that things happen in the order of the test.
fn then(world: &World) {
    world.clock.advance(Duration::from_secs(1));
}

async fn actions(world: &World, by: Uuid, organization: Uuid) -> Vec<String> {
    log(world, by, organization).await.into_iter().map(|entry| entry.action).collect()
}

fn details(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.details_json).unwrap()
}

fn a_week_after(start: Timestamp) -> String {
    start.plus(WEEK).to_rfc3339()
}

#[tokio::test]
async fn an_invitation_is_told_with_who_what_and_whence_and_without_anything_secret() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let request = CreateInvitationRequest { role: OrgRole::Owner.into(), ..invitation_to(acme, "bob@example.com") };
    let mut request = world.signed(alice, request);
    tell_origin(request.metadata_mut(), "192.0.2.1", "Firefox");
    let scope = RequestScope::begin(Duration::from_secs(10));
    let request_id = scope.request_id.to_string();
    let mut client = InvitationServiceClient::new(world.as_gateway());
    let created = scope.run(async { client.create_invitation(request).await }).await.unwrap().into_inner();
    let invitation = created.invitation.unwrap();

    let entries = log(&world, alice, acme).await;
    let [entry] = entries.as_slice() else { panic!("one entry, not {entries:?}") };
    assert_eq!((entry.action.as_str(), entry.target_kind.as_str()), ("invitation.created", "invitation"));
    assert_eq!((&entry.target_id, &entry.actor), (&invitation.id, &alice.to_string()));
    assert_eq!((entry.organization_id.clone(), entry.created_at), (Some(acme.to_string()), Some(START.into())));
    assert_eq!((entry.ip_address.as_deref(), entry.user_agent.as_deref()), (Some("192.0.2.1"), Some("Firefox")));
    assert_eq!(entry.request_id.as_deref(), Some(request_id.as_str()));
    assert!(entry.actor_session_id.is_some());
    let expected = json!({
        "email": "b***@example.com", "role": "owner", "role_ids": invitation.role_ids, "expires_at": a_week_after(START),
    });
    assert_eq!(details(entry), expected);
    let whole = format!("{entry:?}");
    assert!(!whole.contains(&created.token) && !whole.contains("bob@"), "{whole}");
}

#[tokio::test]
async fn every_way_of_an_invitation_is_told_once() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (first, _) = world.invite(alice, acme, "bob@example.com").await;
    then(&world);
    let (second, _) = world.invite(alice, acme, "bob@example.com").await;
    then(&world);
    let resend = ResendInvitationRequest { organization_id: acme.to_string(), invitation_id: second.id.clone() };
    world.invitations().resend_invitation(world.signed(alice, resend)).await.unwrap();
    then(&world);
    world.decline(bob, &second.id).await.unwrap();
    world.decline(bob, &second.id).await.unwrap();
    then(&world);
    let (third, _) = world.invite(alice, acme, "bob@example.com").await;
    then(&world);
    world.revoke(alice, &third).await.unwrap();
    world.revoke(alice, &third).await.unwrap();
    then(&world);
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    then(&world);
    world.accept(bob, &token).await.unwrap();
    world.accept(bob, &token).await.unwrap();

    let told = [
        "invitation.created",
        "invitation.created",
        "invitation.voided",
        "invitation.resent",
        "invitation.declined",
        "invitation.created",
        "invitation.revoked",
        "invitation.created",
        "invitation.accepted",
    ];
    assert_eq!(actions(&world, alice, acme).await, told);
    let entries = log(&world, alice, acme).await;
    assert_eq!(entries[2].target_id, first.id);
    assert_eq!(details(&entries[2]), json!({ "email": "b***@example.com", "cause": "superseded" }));
    assert_eq!((&entries[2].actor, &entries[4].actor), (&alice.to_string(), &bob.to_string()));
    assert_eq!(entries[8].actor, bob.to_string());
}

#[tokio::test]
async fn a_void_invitation_and_a_void_link_are_told_with_the_cause_as_the_products_doing() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let manager = world.user("manager@example.com");
    world.organizations.set_may_invite(acme, manager, true);
    let (invitation, token) = world.invite(manager, acme, "bob@example.com").await;
    let link = world.link(manager, acme, None).await;
    world.organizations.remove(acme, manager);
    let bob = world.user("bob@example.com");
    for _ in 0..2 {
        assert_refused(world.accept(bob, &token).await, ErrorReason::InviteRevoked);
        assert_refused(world.join(bob, &link).await, ErrorReason::InviteRevoked);
    }
    let entries = log(&world, alice, acme).await;
    let void: Vec<_> = entries.iter().filter(|entry| entry.action.ends_with(".voided")).collect();
    let [of_invitation, of_link] = void.as_slice() else { panic!("two entries, not {void:?}") };
    assert_eq!((of_invitation.actor.as_str(), &of_invitation.target_id), ("system", &invitation.id));
    assert_eq!(details(of_invitation), json!({ "email": "b***@example.com", "cause": "inviter_left" }));
    assert_eq!((of_link.actor.as_str(), of_link.target_kind.as_str()), ("system", "invite_link"));
    assert_eq!(details(of_link), json!({ "cause": "inviter_left" }));
    assert!(of_link.actor_session_id.is_none() && of_link.ip_address.is_none());
}

#[tokio::test]
async fn every_way_of_a_link_is_told_once() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let expires = START.plus(WEEK);
    let request = CreateInviteLinkRequest { max_uses: Some(3), expires_at: Some(expires.into()), ..link_to(acme) };
    let made = world.try_link(alice, request).await.unwrap();
    let (link, token) = (made.invite_link.unwrap(), made.token);
    let bob = world.user("bob@example.com");
    then(&world);
    world.join(bob, &token).await.unwrap();
    world.join(bob, &token).await.unwrap();
    for is_active in [false, false, true, true] {
        let request = SetInviteLinkActiveRequest {
            organization_id: acme.to_string(),
            invite_link_id: link.id.clone(),
            is_active,
        };
        then(&world);
        world.links().set_invite_link_active(world.signed(alice, request)).await.unwrap();
    }
    then(&world);
    world.revoke_link(alice, acme, &link.id).await.unwrap();
    world.revoke_link(alice, acme, &link.id).await.unwrap();

    let told = [
        "invite_link.created",
        "invite_link.joined",
        "invite_link.turned_off",
        "invite_link.turned_on",
        "invite_link.revoked",
    ];
    assert_eq!(actions(&world, alice, acme).await, told);
    let entries = log(&world, alice, acme).await;
    assert!(entries.iter().all(|entry| entry.target_id == link.id && entry.target_kind == "invite_link"));
    let expected = json!({ "role_ids": link.role_ids, "max_uses": 3, "expires_at": expires.to_rfc3339() });
    assert_eq!(details(&entries[0]), expected);
    assert_eq!((&entries[1].actor, details(&entries[1])), (&bob.to_string(), json!({ "role_ids": link.role_ids })));
    assert!(!format!("{entries:?}").contains(&token));
}

#[tokio::test]
async fn what_the_relay_finishes_is_told_as_the_doing_of_whoever_began_it() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let link = world.link(alice, acme, None).await;
    world.organizations.set_outage(Outage::After);
    world.accept(bob, &token).await.unwrap_err();
    let carol = world.user("carol@example.com");
    world.join(carol, &link).await.unwrap_err();
    world.organizations.set_outage(Outage::None);
    world.clock.advance(Duration::from_secs(60));
    world.deliver().await;

    let finished: HashMap<String, String> = log(&world, alice, acme)
        .await
        .into_iter()
        .filter(|entry| !entry.action.ends_with(".created"))
        .map(|entry| (entry.action, entry.actor))
        .collect();
    let expected = [("invitation.accepted", bob), ("invite_link.joined", carol)];
    assert_eq!(finished, expected.map(|(action, actor)| (action.to_owned(), actor.to_string())).into());
    let sessions = own(&world, bob).await.into_iter().map(|entry| entry.actor_session_id);
    assert!(sessions.collect::<Vec<_>>()[0].is_some(), "the session that the call came from");
}

async fn own(world: &World, user: Uuid) -> Vec<AuditEntry> {
    let request = world.signed(user, ListMyActionsRequest::default());
    world.audit().list_my_actions(request).await.unwrap().into_inner().entries
}

#[tokio::test]
async fn where_somebody_answers_from_is_not_their_organizations_to_know_and_their_own_to_read() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    then(&world);
    world.decline(bob, &invitation.id).await.unwrap();
    let entries = log(&world, alice, acme).await;
    assert!(entries[0].actor_session_id.is_some(), "of whoever acts for the organization it is told");
    assert_eq!(entries[1].action, "invitation.declined");
    let told = (&entries[1].actor_session_id, &entries[1].ip_address, &entries[1].user_agent);
    assert_eq!(told, (&None, &None, &None));
    let entries = own(&world, bob).await;
    assert!(entries.len() == 1 && entries[0].actor_session_id.is_some(), "{entries:?}");
}

#[tokio::test]
async fn what_is_refused_leaves_no_entry_and_what_races_leaves_one() {
    let world = std::sync::Arc::new(World::new().await);
    let (alice, acme) = world.team();
    world.try_invite(alice, invitation_to(acme, "alice@example.com")).await.unwrap_err();
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    then(&world);
    let bob = world.user("bob@example.com");
    let mut calls = JoinSet::new();
    for _ in 0..15 {
        let (world, token) = (std::sync::Arc::clone(&world), token.clone());
        calls.spawn(async move { world.accept(bob, &token).await.unwrap() });
    }
    calls.join_all().await;
    assert_eq!(actions(&world, alice, acme).await, ["invitation.created", "invitation.accepted"]);
}

#[tokio::test]
async fn only_those_with_the_permission_read_an_organizations_log() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let member = world.user("member@example.com");
    world.organizations.set_may_invite(acme, member, false);
    assert_refused(try_log(&world, member, acme).await, ErrorReason::InsufficientPermissions);
    let stranger = world.user("stranger@example.com");
    let foreign = try_log(&world, stranger, acme).await.unwrap_err();
    let nothing = try_log(&world, stranger, Uuid::now_v7()).await.unwrap_err();
    assert_eq!((foreign.code(), foreign.message()), (nothing.code(), nothing.message()));
    assert_refused::<()>(Err(foreign), ErrorReason::OrganizationNotFound);
    let other = world.organization_of(alice, "Umbrella", false);
    world.invite(alice, acme, "bob@example.com").await;
    assert!(try_log(&world, alice, other).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_back_office_reads_all_logs_while_organizations_says_that_it_may() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.invite(alice, acme, "bob@example.com").await;
    let bob = world.user("bob@example.com");
    let umbrella = world.organization_of(bob, "Umbrella", false);
    then(&world);
    world.invite(bob, umbrella, "carol@example.com").await;
    let admin = world.user("admin@example.com");
    let read = async |role: &str| {
        let request = world.claiming(admin, role, ListAuditLogRequest::default());
        world.audit_administration().list_audit_log(request).await.map(|answer| answer.into_inner().entries)
    };
    assert_refused(read("system_admin").await, ErrorReason::Forbidden);
    world.organizations.state.lock().unwrap().back_office.insert(admin);
    let entries = read("super_admin").await.unwrap();
    let organizations: Vec<_> = entries.into_iter().filter_map(|entry| entry.organization_id).collect();
    assert_eq!(organizations, [umbrella.to_string(), acme.to_string()]);
    assert_refused(read("org_owner").await, ErrorReason::Forbidden);
}

#[tokio::test]
async fn the_log_is_read_by_pages_and_filters() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    for number in 0..5 {
        world.clock.advance(Duration::from_secs(1));
        world.invite(alice, acme, &format!("guest{number}@example.com")).await;
    }
    let bob = world.user("bob@example.com");
    world.join(bob, &world.link(alice, acme, None).await).await.unwrap();
    let page = async |filter: AuditFilter, page_size: i32, page_token: String| {
        let organization_id = acme.to_string();
        let request = ListOrganizationAuditLogRequest { organization_id, filter: Some(filter), page_size, page_token };
        let answer = world.audit().list_organization_audit_log(world.signed(alice, request)).await;
        answer.map(|answer| {
            let answer = answer.into_inner();
            (answer.entries.into_iter().map(|entry| entry.id).collect::<Vec<_>>(), answer.next_page_token)
        })
    };
    let all: Vec<String> = try_log(&world, alice, acme).await.unwrap().into_iter().map(|entry| entry.id).collect();
    assert_eq!(all.len(), 7);
    let (mut read, mut token) = (Vec::new(), String::new());
    loop {
        let (ids, next) = page(AuditFilter::default(), 3, token).await.unwrap();
        read.extend(ids);
        token = next;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(read, all);
    let by = |actor: Uuid| AuditFilter { actor: actor.to_string(), ..AuditFilter::default() };
    assert_eq!(page(by(bob), 50, String::new()).await.unwrap().0.len(), 1);
    let created = AuditFilter { action: "invitation.created".to_owned(), ..AuditFilter::default() };
    let (_, token) = page(created.clone(), 3, String::new()).await.unwrap();
    assert_eq!(page(created, 3, token.clone()).await.unwrap().0.len(), 2);
    assert_refused(page(by(bob), 3, token).await, ErrorReason::ValidationError);
    assert_refused(
        page(AuditFilter { actor: "me".to_owned(), ..AuditFilter::default() }, 3, String::new()).await,
        ErrorReason::ValidationError,
    );
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await.len(), 5);
}
