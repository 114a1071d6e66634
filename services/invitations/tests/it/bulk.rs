//! Invitations to many addresses.

use std::time::Duration;

use access_policy::BuiltInRole;
use contracts::invitations::v1::{CreateInvitationsRequest, InvitationResult, InvitationStatus};
use contracts::organizations::v1::OrgRole;
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::stubs::Outage;
use crate::world::{World, assert_refused, refused_fields};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn to(organization: Uuid, emails: &[&str]) -> CreateInvitationsRequest {
    CreateInvitationsRequest {
        organization_id: organization.to_string(),
        emails: emails.iter().map(ToString::to_string).collect(),
        ..CreateInvitationsRequest::default()
    }
}

fn guests(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("guest{number}@example.com")).collect()
}

fn refused(result: &InvitationResult) -> (&str, Vec<&str>) {
    assert!(result.invitation.is_none() && result.token.is_empty());
    let refusal = result.refusal.as_ref().unwrap();
    assert!(refusal.message.len() > 10, "{refusal:?}");
    (&refusal.reason, refusal.violations.iter().map(|violation| violation.field.as_str()).collect())
}

#[tokio::test]
async fn every_entry_gets_its_result_in_order_and_as_it_was_given() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let entries =
        ["Bob@Example.com", "not an address", "bob@example.com", "ALICE@example.com", "", "carol@example.com"];
    let results = world.try_invite_all(alice, to(acme, &entries)).await.unwrap();
    assert_eq!(results.iter().map(|result| result.email.as_str()).collect::<Vec<_>>(), entries);
    assert_eq!(refused(&results[1]), ("VALIDATION_ERROR", vec!["emails[1]"]));
    assert_eq!(refused(&results[2]), ("VALIDATION_ERROR", vec!["emails[2]"]));
    assert_eq!(refused(&results[3]), ("ALREADY_A_MEMBER", vec![]));
    assert_eq!(refused(&results[4]), ("VALIDATION_ERROR", vec!["emails[4]"]));
    for (index, email) in [(0, "bob@example.com"), (5, "carol@example.com")] {
        let InvitationResult { invitation, token, refusal, .. } = &results[index];
        let invitation = invitation.as_ref().unwrap();
        assert_eq!((invitation.email.as_str(), invitation.status()), (email, InvitationStatus::Pending));
        assert_eq!(*refusal, None);
        let user = world.user(email);
        world.accept(user, token).await.unwrap();
    }
    assert_eq!(world.listed(alice, acme, InvitationStatus::Accepted).await.len(), 2);
    world.deliver().await;
    assert!(world.mails.all().is_empty(), "both have answered before");
}

#[tokio::test]
async fn the_terms_are_everybodys() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let request = CreateInvitationsRequest {
        role_ids: vec![BuiltInRole::Seller.id().to_string()],
        role: OrgRole::Owner.into(),
        expires_at: Some(test_kit::START.plus(DAY).into()),
        ..to(acme, &["bob@example.com", "carol@example.com"])
    };
    for result in world.try_invite_all(alice, request).await.unwrap() {
        let invitation = result.invitation.unwrap();
        assert_eq!(invitation.role(), OrgRole::Owner);
        assert_eq!(invitation.role_ids, [BuiltInRole::Seller, BuiltInRole::Owner].map(|role| role.id().to_string()));
        assert_eq!(invitation.expires_at, Some(test_kit::START.plus(DAY).into()));
    }
    world.deliver().await;
    let to: Vec<_> = world.mails.all().iter().map(|mail| mail.to.canonical().to_owned()).collect();
    assert_eq!(to.len(), 2);
}

#[tokio::test]
async fn none_or_more_than_fifty_addresses_and_bad_terms_are_refused_whole() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    assert_eq!(refused_fields(world.try_invite_all(alice, to(acme, &[])).await), ["emails"]);
    let emails = guests(51);
    let too_many = CreateInvitationsRequest { emails, ..to(acme, &[]) };
    assert_eq!(refused_fields(world.try_invite_all(alice, too_many).await), ["emails"]);
    let request = CreateInvitationsRequest {
        organization_id: "acme".to_owned(),
        role_ids: vec!["owner".to_owned()],
        role: 9,
        expires_at: Some(test_kit::START.into()),
        ..to(acme, &["not an address"])
    };
    let expected = ["organization_id", "role_ids[0]", "role", "expires_at"];
    assert_eq!(refused_fields(world.try_invite_all(alice, request).await), expected);
    assert!(world.listed(alice, acme, InvitationStatus::Pending).await.is_empty());
}

#[tokio::test]
async fn who_may_not_invite_invites_nobody() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let carol = world.user("carol@example.com");
    let emails = ["bob@example.com", "dave@example.com"];
    let invite = async |by, organization| world.try_invite_all(by, to(organization, &emails)).await;
    assert_refused(invite(carol, acme).await, ErrorReason::OrganizationNotFound);
    assert_refused(invite(carol, Uuid::now_v7()).await, ErrorReason::OrganizationNotFound);
    world.organizations.set_may_invite(acme, carol, false);
    assert_refused(invite(carol, acme).await, ErrorReason::InsufficientPermissions);
    let personal = world.organization_of(alice, "alice@example.com", true);
    assert_refused(invite(alice, personal).await, ErrorReason::PersonalOrganization);
    let role_ids = vec![Uuid::now_v7().to_string()];
    let unknown = CreateInvitationsRequest { role_ids, ..to(acme, &emails) };
    assert_refused(world.try_invite_all(alice, unknown).await, ErrorReason::RoleNotFound);
    let role = world.organizations.custom_role();
    world.organizations.state.lock().unwrap().grown_roles.insert(role);
    let above = CreateInvitationsRequest { role_ids: vec![role.to_string()], ..to(acme, &emails) };
    assert_refused(world.try_invite_all(alice, above).await, ErrorReason::RoleAboveCaller);
    world.users.change(alice, |user| user.email_verified = false);
    assert_refused(invite(alice, acme).await, ErrorReason::EmailNotVerified);
    world.users.change(alice, |user| user.email_verified = true);
    assert!(world.listed(alice, acme, InvitationStatus::Pending).await.is_empty());
}

#[tokio::test]
async fn one_that_cannot_be_made_stops_no_other_and_repeating_supersedes() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    let emails = ["ann@example.com", "bob@example.com", "carol@example.com"];
    let first = world.try_invite_all(alice, to(acme, &emails)).await.unwrap();
    assert_eq!(refused(&first[1]).0, "CONFLICT");
    let second = world.try_invite_all(alice, to(acme, &emails)).await.unwrap();
    for index in [0, 2] {
        assert_eq!(crate::world::cause(world.preview(&first[index].token).await), "superseded");
        assert!(world.preview(&second[index].token).await.is_ok());
    }
}

#[tokio::test]
async fn the_roles_of_all_are_kept_by_one_call_and_let_go_one_by_one() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let emails = guests(50);
    let role_ids = vec![role.to_string()];
    let request = CreateInvitationsRequest { emails, role_ids, ..to(acme, &[]) };
    let results = world.try_invite_all(alice, request).await.unwrap();
    assert!(results.iter().all(|result| result.invitation.is_some()));
    assert_eq!(world.organizations.state.lock().unwrap().openings, 1);
    world.clock.advance(Duration::from_secs(61));
    world.deliver().await;
    assert_eq!(world.organizations.open_offers().len(), 50);
    world.revoke(alice, results[7].invitation.as_ref().unwrap()).await.unwrap();
    world.deliver().await;
    assert_eq!(world.organizations.open_offers().len(), 49);
}

#[tokio::test]
async fn an_offer_that_one_entry_did_not_take_up_is_closed() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let role = world.organizations.custom_role();
    let (accepting, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    let emails = ["bob@example.com", "carol@example.com"];
    let request = CreateInvitationsRequest { role_ids: vec![role.to_string()], ..to(acme, &emails) };
    let results = world.try_invite_all(alice, request).await.unwrap();
    assert_eq!(refused(&results[0]).0, "CONFLICT");
    assert_eq!(world.organizations.open_offers().len(), 2);
    world.clock.advance(Duration::from_secs(61));
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), [results[1].invitation.as_ref().unwrap().id.clone()]);
    drop(accepting);
}

#[tokio::test]
async fn when_the_time_of_the_call_runs_out_the_rest_is_told_so() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let mut request = world.signed(alice, to(acme, &["bob@example.com", "carol@example.com"]));
    // Less than what is kept for the answer.
    request.set_timeout(Duration::from_secs(1));
    let results = world.invitations().create_invitations(request).await.unwrap().into_inner().results;
    for result in &results {
        assert_eq!(refused(result).0, "SERVICE_UNAVAILABLE");
    }
    assert!(world.listed(alice, acme, InvitationStatus::Pending).await.is_empty());
}
