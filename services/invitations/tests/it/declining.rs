use contracts::invitations::v1::InvitationStatus;
use service_kit::ErrorReason;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::world::{WEEK, World, assert_refused};

#[tokio::test]
async fn a_declined_invitation_cannot_be_accepted_and_declining_is_repeatable() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.decline(bob, &invitation.id).await.unwrap();
    world.decline(bob, &invitation.id).await.unwrap();
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteAlreadyUsed);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Declined).await.len(), 1);
    world.invite(alice, acme, "bob@example.com").await;
}

#[tokio::test]
async fn only_the_proven_invited_address_can_decline() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, carol) = (world.user("bob@example.com"), world.user("carol@example.com"));
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    assert_refused(world.decline(carol, &invitation.id).await, ErrorReason::InviteNotFound);
    assert_refused(world.decline(bob, &Uuid::now_v7().to_string()).await, ErrorReason::InviteNotFound);
    world.users.change(bob, |user| user.email_verified = false);
    assert_refused(world.decline(bob, &invitation.id).await, ErrorReason::EmailNotVerified);
}

#[tokio::test]
async fn what_is_over_cannot_be_declined() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (revoked, _) = world.invite(alice, acme, "bob@example.com").await;
    world.revoke(alice, &revoked).await.unwrap();
    assert_refused(world.decline(bob, &revoked.id).await, ErrorReason::InviteRevoked);
    let (expired, _) = world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(WEEK);
    assert_refused(world.decline(bob, &expired.id).await, ErrorReason::InviteExpired);
    let (accepted, token) = world.invite(alice, acme, "bob@example.com").await;
    world.accept(bob, &token).await.unwrap();
    assert_refused(world.decline(bob, &accepted.id).await, ErrorReason::InviteAlreadyUsed);
}

#[tokio::test]
async fn an_invitation_is_declined_by_its_token() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.decline_by_token(bob, &token).await.unwrap();
    world.decline_by_token(bob, &token).await.unwrap();
    assert_eq!(world.listed(alice, acme, InvitationStatus::Declined).await[0].id, invitation.id);
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteAlreadyUsed);
}

#[tokio::test]
async fn a_token_lets_only_the_proven_invited_address_decline() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, carol) = (world.user("bob@example.com"), world.user("carol@example.com"));
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let mismatch = world.decline_by_token(carol, &token).await.unwrap_err();
    assert_eq!(mismatch.get_details_error_info().unwrap().metadata["invited_email"], "b***@example.com");
    assert_refused(Err::<(), _>(mismatch), ErrorReason::InviteEmailMismatch);
    assert_refused(world.decline_by_token(bob, &"A".repeat(43)).await, ErrorReason::InviteNotFound);
    assert_refused(world.decline_by_token(bob, "no token").await, ErrorReason::InviteNotFound);
    world.users.change(bob, |user| user.email_verified = false);
    assert_refused(world.decline_by_token(bob, &token).await, ErrorReason::EmailNotVerified);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await.len(), 1);
}
