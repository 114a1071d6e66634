//! Organizations keeps the custom roles of an invitation for as long as it is open.

use std::time::Duration;

use access_policy::BuiltInRole;
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::stubs::Outage;
use crate::world::{WEEK, World, assert_refused, invitation_to_role};

const LATER: Duration = Duration::from_secs(61);

#[tokio::test]
async fn an_invitation_to_a_custom_role_keeps_the_role_until_it_expires() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let (invitation, _) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    let offers = world.organizations.state.lock().unwrap().offers.clone();
    let offer = &offers[&invitation.id.parse::<Uuid>().unwrap()];
    assert_eq!((&offer.user_id, &offer.organization_id), (&alice.to_string(), &acme.to_string()));
    assert_eq!(offer.grant.as_ref().unwrap().role_ids, [role.to_string()]);
    assert_eq!(offer.expires_at, invitation.expires_at);
}

#[tokio::test]
async fn an_open_invitation_is_left_its_roles() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let role = world.organizations.custom_role();
    let (invitation, token) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.clock.advance(LATER);
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), std::slice::from_ref(&invitation.id));

    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    world.clock.advance(LATER);
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), [invitation.id]);
    assert_eq!(world.organizations.closings(), 0);
}

#[tokio::test]
async fn built_in_roles_are_not_spoken_of() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.organizations.set_offer_outage(Outage::Before);
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite_to_role(alice, acme, "bob@example.com", BuiltInRole::Seller.id()).await;
    world.accept(bob, &token).await.unwrap();
    world.clock.advance(LATER);
    world.deliver().await;
    assert_eq!(world.organizations.closings(), 0);
}

#[tokio::test]
async fn a_withdrawn_declined_or_accepted_invitation_lets_its_roles_go() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let role = world.organizations.custom_role();

    let (withdrawn, _) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.revoke(alice, &withdrawn).await.unwrap();
    world.revoke(alice, &withdrawn).await.unwrap();
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());

    let (declined, _) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.decline(bob, &declined.id).await.unwrap();
    world.decline(bob, &declined.id).await.unwrap();
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());

    let (accepted, token) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    assert_eq!(world.organizations.open_offers(), [accepted.id]);
    world.accept(bob, &token).await.unwrap();
    world.accept(bob, &token).await.unwrap();
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
    assert_eq!(world.organizations.closings(), 3, "each was closed once");
}

#[tokio::test]
async fn a_replaced_invitation_lets_its_roles_go_and_the_new_one_keeps_them() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    world.invite_to_role(alice, acme, "bob@example.com", role).await;
    let (new, _) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), [new.id]);

    world.invite(alice, acme, "bob@example.com").await;
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
}

#[tokio::test]
async fn an_invitation_whose_roles_are_gone_all_the_same_is_void_and_lets_them_go() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let role = world.organizations.custom_role();
    let (_, token) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.organizations.state.lock().unwrap().custom_roles.clear();
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteRevoked);
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
}

#[tokio::test]
async fn an_expired_invitation_that_is_withdrawn_lets_its_roles_go() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let (invitation, _) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.clock.advance(WEEK);
    world.revoke(alice, &invitation).await.unwrap();
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
}

#[tokio::test]
async fn whoever_may_not_invite_leaves_nothing_behind() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let carol = world.user("carol@example.com");
    let role = world.organizations.custom_role();
    let by_stranger = world.try_invite(carol, invitation_to_role(acme, "bob@example.com", role)).await;
    assert_refused(by_stranger, ErrorReason::OrganizationNotFound);
    let to_unknown = world.try_invite(alice, invitation_to_role(acme, "bob@example.com", Uuid::now_v7())).await;
    assert_refused(to_unknown, ErrorReason::RoleNotFound);
    world.users.change(alice, |user| user.email_verified = false);
    let unproven = world.try_invite(alice, invitation_to_role(acme, "bob@example.com", role)).await;
    assert_refused(unproven, ErrorReason::EmailNotVerified);
    world.clock.advance(LATER);
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
    assert_eq!(world.organizations.closings(), 0);
}
