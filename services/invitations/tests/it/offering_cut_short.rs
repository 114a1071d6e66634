//! What happens when something breaks between asking organizations to keep roles and making what offers them.

use std::sync::Arc;
use std::time::Duration;

use contracts::invitations::v1::{CreateInviteLinkRequest, InvitationStatus};
use service_kit::ErrorReason;

use crate::stubs::Outage;
use crate::world::{World, assert_refused, invitation_to_role, link_to};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_offer_whose_maker_never_heard_the_answer_is_closed_after_a_minute() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    world.organizations.set_offer_outage(Outage::After);
    let invitation = world.try_invite(alice, invitation_to_role(acme, "bob@example.com", role)).await;
    assert_refused(invitation, ErrorReason::ServiceUnavailable);
    let link = CreateInviteLinkRequest { role_ids: vec![role.to_string()], ..link_to(acme) };
    assert_refused(world.try_link(alice, link).await, ErrorReason::ServiceUnavailable);
    assert!(world.listed(alice, acme, InvitationStatus::Pending).await.is_empty());
    assert!(world.links_of(alice, acme).await.is_empty());

    world.organizations.set_offer_outage(Outage::None);
    world.deliver().await;
    assert_eq!(world.organizations.open_offers().len(), 2, "the first minute belongs to the maker");
    world.clock.advance(MINUTE);
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
}

#[tokio::test]
async fn an_offer_that_was_refused_or_never_opened_is_closed_all_the_same() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    world.organizations.set_offer_outage(Outage::Before);
    let answer = world.try_invite(alice, invitation_to_role(acme, "bob@example.com", role)).await;
    assert_refused(answer, ErrorReason::ServiceUnavailable);
    world.organizations.set_offer_outage(Outage::None);
    world.clock.advance(MINUTE);
    world.deliver().await;
    assert_eq!(world.organizations.closings(), 1);
    world.invite_to_role(alice, acme, "bob@example.com", role).await;
}

#[tokio::test]
async fn an_offer_is_closed_when_the_invitation_could_not_be_made() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let role = world.organizations.custom_role();
    let (first, token) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    let second = world.try_invite(alice, invitation_to_role(acme, "bob@example.com", role)).await;
    assert_refused(second, ErrorReason::Conflict);
    assert_eq!(world.organizations.open_offers().len(), 2);

    world.clock.advance(MINUTE);
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), [first.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maker_who_comes_after_the_relay_makes_nothing() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let gate = Arc::clone(&world.organizations.gate);
    let shut = gate.write().await;
    let inviting = tokio::spawn({
        let world = Arc::clone(&world);
        async move { world.try_invite(alice, invitation_to_role(acme, "bob@example.com", role)).await }
    });
    world.organizations.has_opened.notified().await;
    world.clock.advance(MINUTE);
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());

    drop(shut);
    assert_refused(inviting.await.unwrap(), ErrorReason::ServiceUnavailable);
    assert!(world.listed(alice, acme, InvitationStatus::Pending).await.is_empty());
    world.deliver().await;
    assert_eq!(world.organizations.closings(), 2, "in case the first came before the offer was open");
    world.invite_to_role(alice, acme, "bob@example.com", role).await;
}

#[tokio::test]
async fn closing_is_tried_until_it_is_answered_and_repeating_it_harms_nothing() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let (withdrawn, _) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    let (open, _) = world.invite_to_role(alice, acme, "carol@example.com", role).await;
    world.revoke(alice, &withdrawn).await.unwrap();
    for outage in [Outage::Before, Outage::After, Outage::None] {
        world.organizations.set_offer_outage(outage);
        world.deliver().await;
        world.clock.advance(MINUTE);
    }
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), [open.id]);
    assert_eq!(world.organizations.closings(), 3);
}

#[tokio::test]
async fn an_organization_that_is_gone_has_nothing_left_to_close() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let role = world.organizations.custom_role();
    let (_, token) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.organizations.state.lock().unwrap().organizations.remove(&acme);
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteRevoked);
    world.deliver().await;
    world.clock.advance(MINUTE);
    world.deliver().await;
    assert_eq!(world.organizations.closings(), 1);
}
