use std::time::Duration;

use access_policy::BuiltInRole;
use contracts::invitations::v1::{CreateInvitationRequest, InvitationStatus};
use contracts::organizations::v1::OrgRole;
use service_kit::ErrorReason;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::world::{WEEK, World, assert_refused, invitation_to, refused_fields};

#[tokio::test]
async fn the_invited_person_accepts_by_token_and_is_a_member_when_answered() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let answer = world.accept(bob, &token).await.unwrap();
    assert_eq!(answer.role(), OrgRole::Member);
    assert_eq!(answer.organization.unwrap().id, acme.to_string());
    assert!(world.organizations.members_of(acme).contains(&bob));

    let grant = world.organizations.state.lock().unwrap().grants.remove(0);
    assert_eq!(grant.granted_by, alice.to_string());
    assert_eq!(grant.grant.unwrap().role_ids, [BuiltInRole::Member.id().to_string()]);
    let accepted = world.listed(alice, acme, InvitationStatus::Accepted).await;
    assert_eq!(accepted[0].accepted_at, Some(test_kit::START.into()));
}

#[tokio::test]
async fn the_invited_person_accepts_by_id() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let role = OrgRole::Owner.into();
    let request = CreateInvitationRequest { role, ..invitation_to(acme, "bob@example.com") };
    let invitation = world.try_invite(alice, request).await.unwrap().invitation.unwrap();
    let answer = world.accept_by_id(bob, &invitation.id).await.unwrap();
    assert_eq!(answer.role(), OrgRole::Owner);
    assert_eq!(answer.organization.unwrap().name, "Acme");
}

#[tokio::test]
async fn accepting_again_gets_the_same_answer_even_after_the_expiry() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    let first = world.accept(bob, &token).await.unwrap();
    world.clock.advance(WEEK * 2);
    assert_eq!(world.accept(bob, &token).await.unwrap(), first);
    assert_eq!(world.accept_by_id(bob, &invitation.id).await.unwrap().organization, first.organization);
    assert_eq!(world.organizations.state.lock().unwrap().grants.len(), 1);
}

#[tokio::test]
async fn a_removed_member_does_not_come_back_by_the_old_invitation() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.accept(bob, &token).await.unwrap();
    world.organizations.remove(acme, bob);
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteAlreadyUsed);
    assert!(!world.organizations.members_of(acme).contains(&bob));
}

#[tokio::test]
async fn the_secret_alone_is_not_enough() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let carol = world.user("carol@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    for thief in [carol, alice] {
        let status = world.accept(thief, &token).await.unwrap_err();
        let info = status.get_details_error_info().unwrap();
        assert_eq!(info.reason, "INVITE_EMAIL_MISMATCH");
        assert_eq!(info.metadata["invited_email"], "b***@example.com");
        assert!(!format!("{status:?}").contains("bob@"));
    }
    assert_eq!(world.organizations.members_of(acme), [alice]);
}

#[tokio::test]
async fn an_id_tells_nothing_to_anybody_else() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let carol = world.user("carol@example.com");
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    assert_refused(world.accept_by_id(carol, &invitation.id).await, ErrorReason::InviteNotFound);
    assert_refused(world.accept_by_id(carol, &Uuid::now_v7().to_string()).await, ErrorReason::InviteNotFound);
    assert_eq!(refused_fields(world.accept_by_id(carol, "nonsense").await), ["invitation_id"]);
}

#[tokio::test]
async fn an_unproven_address_cannot_accept_until_it_is_proven() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    world.users.change(bob, |user| user.email_verified = false);
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    assert_refused(world.accept(bob, &token).await, ErrorReason::EmailNotVerified);
    assert_refused(world.accept_by_id(bob, &invitation.id).await, ErrorReason::EmailNotVerified);
    assert!(!world.organizations.members_of(acme).contains(&bob));
    world.users.change(bob, |user| user.email_verified = true);
    world.accept(bob, &token).await.unwrap();
}

#[tokio::test]
async fn an_expired_invitation_cannot_be_accepted() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(WEEK);
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteExpired);
    assert_refused(world.accept_by_id(bob, &invitation.id).await, ErrorReason::InviteExpired);
}

#[tokio::test]
async fn an_unknown_secret_is_not_found() {
    let world = World::new().await;
    let bob = world.user("bob@example.com");
    for token in ["", "x", &"A".repeat(43)] {
        assert_refused(world.accept(bob, token).await, ErrorReason::InviteNotFound);
    }
}

#[tokio::test]
async fn somebody_elses_accepted_invitation_is_used_up() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.accept(bob, &token).await.unwrap();
    // The account was deleted and its address taken by a new one.
    world.users.change(bob, |user| user.email = "former@example.com".to_owned());
    let second_bob = world.user("bob@example.com");
    assert_refused(world.accept(second_bob, &token).await, ErrorReason::InviteAlreadyUsed);
}

#[tokio::test]
async fn an_inviter_who_may_no_longer_invite_voids_the_invitation() {
    let world = World::new().await;
    let (_, acme) = world.team();
    let (bob, mallory) = (world.user("bob@example.com"), world.user("mallory@example.com"));
    world.organizations.set_may_invite(acme, mallory, true);
    let (_, token) = world.invite(mallory, acme, "bob@example.com").await;
    world.organizations.set_may_invite(acme, mallory, false);
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteRevoked);
    // Void for good: getting the right back does not revive it.
    world.organizations.set_may_invite(acme, mallory, true);
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteRevoked);
}

#[tokio::test]
async fn an_invitation_to_a_deleted_organization_is_void() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.state.lock().unwrap().organizations.remove(&acme);
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteRevoked);
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteRevoked);
}

#[tokio::test]
async fn a_member_cannot_accept_and_the_invitation_waits() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_may_invite(acme, bob, false);
    assert_refused(world.accept(bob, &token).await, ErrorReason::AlreadyAMember);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await.len(), 1);
    world.organizations.remove(acme, bob);
    world.accept(bob, &token).await.unwrap();
}

#[tokio::test]
async fn a_suspended_organization_is_joined_after_its_reactivation() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.state.lock().unwrap().suspended.insert(acme);
    assert_refused(world.accept(bob, &token).await, ErrorReason::OrganizationSuspended);
    world.organizations.state.lock().unwrap().suspended.clear();
    world.clock.advance(Duration::from_secs(60));
    world.deliver().await;
    assert!(!world.organizations.members_of(acme).contains(&bob));
    world.accept(bob, &token).await.unwrap();
}

#[tokio::test]
async fn an_account_that_departs_meanwhile_voids_the_invitation() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.state.lock().unwrap().departed.insert(bob);
    assert_refused(world.accept(bob, &token).await, ErrorReason::TokenRevoked);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Revoked).await.len(), 1);
}

#[tokio::test]
async fn accepting_takes_a_signed_in_caller() {
    let world = World::new().await;
    let request = contracts::invitations::v1::AcceptInvitationByTokenRequest { token: "x".to_owned() };
    let answer = world.invitations().accept_invitation_by_token(request).await;
    assert_refused(answer, ErrorReason::Unauthorized);
}
