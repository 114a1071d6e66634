use contracts::invitations::v1::{DeclineInvitationRequest, InvitationStatus};
use service_kit::ErrorReason;
use tonic::Status;
use uuid::Uuid;

use crate::world::{WEEK, World, assert_refused};

async fn decline(world: &World, user: Uuid, id: &str) -> Result<(), Status> {
    let request = DeclineInvitationRequest { invitation_id: id.to_owned() };
    world.invitations().decline_invitation(world.signed(user, request)).await.map(|_| ())
}

#[tokio::test]
async fn a_declined_invitation_cannot_be_accepted_and_declining_is_repeatable() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    decline(&world, bob, &invitation.id).await.unwrap();
    decline(&world, bob, &invitation.id).await.unwrap();
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
    assert_refused(decline(&world, carol, &invitation.id).await, ErrorReason::InviteNotFound);
    assert_refused(decline(&world, bob, &Uuid::now_v7().to_string()).await, ErrorReason::InviteNotFound);
    world.users.change(bob, |user| user.email_verified = false);
    assert_refused(decline(&world, bob, &invitation.id).await, ErrorReason::EmailNotVerified);
}

#[tokio::test]
async fn what_is_over_cannot_be_declined() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (revoked, _) = world.invite(alice, acme, "bob@example.com").await;
    world.revoke(alice, &revoked).await.unwrap();
    assert_refused(decline(&world, bob, &revoked.id).await, ErrorReason::InviteRevoked);
    let (expired, _) = world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(WEEK);
    assert_refused(decline(&world, bob, &expired.id).await, ErrorReason::InviteExpired);
    let (accepted, token) = world.invite(alice, acme, "bob@example.com").await;
    world.accept(bob, &token).await.unwrap();
    assert_refused(decline(&world, bob, &accepted.id).await, ErrorReason::InviteAlreadyUsed);
}
