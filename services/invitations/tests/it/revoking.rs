use contracts::invitations::v1::{Invitation, InvitationStatus};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::stubs::Outage;
use crate::world::{WEEK, World, assert_refused, refused_fields};

#[tokio::test]
async fn a_withdrawn_invitation_cannot_be_accepted_and_withdrawing_is_repeatable() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.revoke(alice, &invitation).await.unwrap();
    world.revoke(alice, &invitation).await.unwrap();
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteRevoked);
    assert_refused(world.accept_by_id(bob, &invitation.id).await, ErrorReason::InviteRevoked);
    assert!(!world.organizations.members_of(acme).contains(&bob));
}

#[tokio::test]
async fn an_expired_invitation_can_be_withdrawn() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(WEEK);
    world.revoke(alice, &invitation).await.unwrap();
    assert_eq!(world.listed(alice, acme, InvitationStatus::Revoked).await.len(), 1);
}

#[tokio::test]
async fn an_accepted_invitation_cannot_be_withdrawn() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.accept(bob, &token).await.unwrap();
    assert_refused(world.revoke(alice, &invitation).await, ErrorReason::InviteAlreadyUsed);
}

#[tokio::test]
async fn an_invitation_that_is_being_accepted_cannot_be_withdrawn() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::After);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    assert_refused(world.revoke(alice, &invitation).await, ErrorReason::InviteAlreadyUsed);
}

#[tokio::test]
async fn an_invitation_of_another_organization_looks_like_none() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (carol, _) = world.team();
    let other = world.organization_of(carol, "Other", false);
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    let through_other = Invitation { organization_id: other.to_string(), ..invitation.clone() };
    assert_refused(world.revoke(carol, &through_other).await, ErrorReason::InviteNotFound);
    let random = Invitation { id: Uuid::now_v7().to_string(), ..through_other };
    assert_refused(world.revoke(carol, &random).await, ErrorReason::InviteNotFound);
    assert_refused(world.revoke(carol, &invitation).await, ErrorReason::OrganizationNotFound);
    let bob = world.user("bob@example.com");
    world.accept(bob, &token).await.unwrap();
}

#[tokio::test]
async fn ids_that_are_none_are_named() {
    let world = World::new().await;
    let (alice, _) = world.team();
    let bad = Invitation { id: "x".to_owned(), organization_id: "y".to_owned(), ..Invitation::default() };
    assert_eq!(refused_fields(world.revoke(alice, &bad).await), ["organization_id", "invitation_id"]);
}
