//! What happens when something breaks between the claim and the record of its outcome.

use std::time::Duration;

use contracts::invitations::v1::InvitationStatus;
use service_kit::ErrorReason;

use crate::stubs::Outage;
use crate::world::{WEEK, World, assert_refused, invitation_to};

const LATER: Duration = Duration::from_secs(11);

#[tokio::test]
async fn the_relay_finishes_an_acceptance_that_an_outage_stopped() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    assert!(!world.organizations.members_of(acme).contains(&bob));

    world.organizations.set_outage(Outage::None);
    world.deliver().await;
    assert!(!world.organizations.members_of(acme).contains(&bob), "the first seconds belong to the caller");
    world.clock.advance(LATER);
    world.deliver().await;
    assert!(world.organizations.members_of(acme).contains(&bob));
    assert_eq!(world.listed(alice, acme, InvitationStatus::Accepted).await.len(), 1);
    world.accept(bob, &token).await.unwrap();
}

#[tokio::test]
async fn the_relay_keeps_trying_during_a_long_outage() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    for _ in 0..5 {
        world.clock.advance(Duration::from_secs(600));
        world.deliver().await;
    }
    world.organizations.set_outage(Outage::None);
    world.clock.advance(Duration::from_secs(600));
    world.deliver().await;
    assert!(world.organizations.members_of(acme).contains(&bob));
}

#[tokio::test]
async fn a_lost_answer_is_made_good_by_the_callers_retry() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::After);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Accepted).await.len(), 0);

    world.organizations.set_outage(Outage::None);
    world.accept_by_id(bob, &invitation.id).await.unwrap();
    assert_eq!(world.listed(alice, acme, InvitationStatus::Accepted).await.len(), 1);
    world.clock.advance(LATER);
    world.deliver().await;
    assert_eq!(world.organizations.state.lock().unwrap().grants.len(), 2, "the relay has nothing left to do");
}

#[tokio::test]
async fn a_claim_made_in_time_is_finished_after_the_expiry() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(WEEK - Duration::from_millis(1));
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    world.organizations.set_outage(Outage::None);
    world.clock.advance(LATER);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await.len(), 1);
    world.accept(bob, &token).await.unwrap();
}

#[tokio::test]
async fn what_the_relay_finds_refused_is_over() {
    let world = World::new().await;
    let (_, acme) = world.team();
    let (bob, mallory) = (world.user("bob@example.com"), world.user("mallory@example.com"));
    world.organizations.set_may_invite(acme, mallory, true);
    let (_, token) = world.invite(mallory, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    world.organizations.set_may_invite(acme, mallory, false);
    world.organizations.set_outage(Outage::None);
    world.clock.advance(LATER);
    world.deliver().await;
    assert!(!world.organizations.members_of(acme).contains(&bob));
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteRevoked);
}

#[tokio::test]
async fn a_member_removed_before_the_answer_was_recorded_stays_removed() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::After);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    world.organizations.remove(acme, bob);
    world.organizations.set_outage(Outage::None);
    assert_refused(world.accept(bob, &token).await, ErrorReason::InviteAlreadyUsed);
    assert!(!world.organizations.members_of(acme).contains(&bob));
    assert_eq!(world.listed(alice, acme, InvitationStatus::Accepted).await.len(), 1);
}

#[tokio::test]
async fn an_address_that_is_accepting_cannot_be_invited_again_until_it_is_settled() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    let again = world.try_invite(alice, invitation_to(acme, "bob@example.com")).await;
    assert_refused(again, ErrorReason::Conflict);
}

#[tokio::test]
async fn an_outage_of_identity_leaves_the_invitation_as_it_was() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.users.is_down.store(true, std::sync::atomic::Ordering::SeqCst);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    world.revoke(alice, &invitation).await.unwrap();
}

#[tokio::test]
async fn the_relay_finishes_a_joining_that_an_outage_stopped() {
    for outage in [Outage::Before, Outage::After] {
        let world = World::new().await;
        let (alice, acme) = world.team();
        let bob = world.user("bob@example.com");
        let token = world.link(alice, acme, Some(1)).await;
        world.organizations.set_outage(outage);
        assert_refused(world.join(bob, &token).await, ErrorReason::ServiceUnavailable);
        world.organizations.set_outage(Outage::None);
        world.clock.advance(LATER);
        world.deliver().await;
        assert!(world.organizations.members_of(acme).contains(&bob));
        assert_eq!(world.links_of(alice, acme).await[0].uses, 1);
        world.join(bob, &token).await.unwrap();
        assert_eq!(world.links_of(alice, acme).await[0].uses, 1);
    }
}

#[tokio::test]
async fn a_joining_that_the_relay_finds_refused_gives_its_use_back() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, carol) = (world.user("bob@example.com"), world.user("carol@example.com"));
    let token = world.link(alice, acme, Some(1)).await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.join(bob, &token).await, ErrorReason::ServiceUnavailable);
    assert_refused(world.join(carol, &token).await, ErrorReason::InviteLinkExhausted);
    world.organizations.state.lock().unwrap().departed.insert(bob);
    world.organizations.set_outage(Outage::None);
    world.clock.advance(LATER);
    world.deliver().await;
    assert_eq!(world.links_of(alice, acme).await[0].uses, 0);
    world.join(carol, &token).await.unwrap();
}

#[tokio::test]
async fn turning_a_link_off_ends_the_joins_that_an_outage_stopped() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, carol) = (world.user("bob@example.com"), world.user("carol@example.com"));
    let token = world.link(alice, acme, Some(5)).await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.join(bob, &token).await, ErrorReason::ServiceUnavailable);
    world.organizations.set_outage(Outage::After);
    assert_refused(world.join(carol, &token).await, ErrorReason::ServiceUnavailable);
    assert_eq!(world.links_of(alice, acme).await[0].uses, 2);

    world.organizations.set_outage(Outage::None);
    let link = world.links_of(alice, acme).await.remove(0);
    world.revoke_link(alice, acme, &link.id).await.unwrap();
    for _ in 0..2 {
        assert!(!world.organizations.members_of(acme).contains(&bob), "nobody joins after the answer");
        assert!(world.organizations.members_of(acme).contains(&carol));
        assert_eq!(world.links_of(alice, acme).await[0].uses, 1);
        assert_refused(world.join(bob, &token).await, ErrorReason::InviteRevoked);
        world.join(carol, &token).await.unwrap();
        world.clock.advance(LATER);
        world.deliver().await;
    }
}

#[tokio::test]
async fn turning_a_link_off_is_answered_once_its_joins_are_at_their_end() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let token = world.link(alice, acme, None).await;
    let link = world.links_of(alice, acme).await.remove(0);
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.join(bob, &token).await, ErrorReason::ServiceUnavailable);
    assert_refused(world.switch(alice, acme, &link.id, false).await, ErrorReason::ServiceUnavailable);
    assert!(!world.links_of(alice, acme).await[0].is_active);

    world.organizations.set_outage(Outage::None);
    world.clock.advance(LATER);
    world.deliver().await;
    assert!(!world.organizations.members_of(acme).contains(&bob), "the relay makes no member by a link that is off");
    assert_eq!(world.links_of(alice, acme).await[0].uses, 0);
    world.switch(alice, acme, &link.id, false).await.unwrap();
    assert_refused(world.join(bob, &token).await, ErrorReason::InviteRevoked);
}

#[tokio::test]
async fn a_use_that_was_given_back_makes_no_member_later() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let token = world.link(alice, acme, Some(1)).await;
    world.organizations.state.lock().unwrap().suspended.insert(acme);
    assert_refused(world.join(bob, &token).await, ErrorReason::OrganizationSuspended);
    assert_eq!(world.links_of(alice, acme).await[0].uses, 0);
    let late = {
        let mut state = world.organizations.state.lock().unwrap();
        state.suspended.clear();
        let request = state.grants[0].clone();
        state.add(&request)
    };
    assert_refused(late, ErrorReason::InviteAlreadyUsed);
    world.join(bob, &token).await.unwrap();
    assert_eq!(world.links_of(alice, acme).await[0].uses, 1);
}
