use std::time::Duration;

use contracts::invitations::v1::CreateInviteLinkRequest;
use contracts::organizations::v1::OrgRole;
use service_kit::ErrorReason;

use crate::world::{World, assert_refused, link_to};

#[tokio::test]
async fn whoever_holds_a_link_joins_even_with_an_unproven_address() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    world.users.change(bob, |user| user.email_verified = false);
    let token = world.link(alice, acme, None).await;
    let answer = world.join(bob, &token).await.unwrap();
    assert_eq!(answer.role(), OrgRole::Member);
    assert_eq!(answer.organization.unwrap().id, acme.to_string());
    assert!(world.organizations.members_of(acme).contains(&bob));
    assert_eq!(world.links_of(alice, acme).await[0].uses, 1);
}

#[tokio::test]
async fn joining_again_gets_the_same_answer_and_counts_once() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let token = world.link(alice, acme, Some(1)).await;
    let first = world.join(bob, &token).await.unwrap();
    assert_eq!(world.join(bob, &token).await.unwrap(), first);
    assert_eq!(world.links_of(alice, acme).await[0].uses, 1);
}

#[tokio::test]
async fn a_used_up_link_lets_nobody_else_in() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(1)).await;
    world.join(world.user("bob@example.com"), &token).await.unwrap();
    let carol = world.user("carol@example.com");
    assert_refused(world.join(carol, &token).await, ErrorReason::InviteLinkExhausted);
    assert!(!world.organizations.members_of(acme).contains(&carol));
}

#[tokio::test]
async fn an_expired_link_lets_nobody_in() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let expires_at = Some(test_kit::START.plus(Duration::from_secs(60)).into());
    let token = world.try_link(alice, CreateInviteLinkRequest { expires_at, ..link_to(acme) }).await.unwrap().token;
    world.clock.advance(Duration::from_secs(60));
    let bob = world.user("bob@example.com");
    assert_refused(world.join(bob, &token).await, ErrorReason::InviteExpired);
    assert_eq!(world.links_of(alice, acme).await[0].uses, 0);
}

#[tokio::test]
async fn an_unknown_secret_is_not_found() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, invitation) = world.invite(alice, acme, "bob@example.com").await;
    for token in ["", "x", &"A".repeat(43), &invitation] {
        assert_refused(world.join(bob, token).await, ErrorReason::InviteNotFound);
    }
}

#[tokio::test]
async fn a_member_does_not_use_a_link_up() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(1)).await;
    assert_refused(world.join(alice, &token).await, ErrorReason::AlreadyAMember);
    assert_eq!(world.links_of(alice, acme).await[0].uses, 0);
    world.join(world.user("bob@example.com"), &token).await.unwrap();
}

#[tokio::test]
async fn a_removed_member_does_not_come_back_by_the_same_link() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let token = world.link(alice, acme, None).await;
    world.join(bob, &token).await.unwrap();
    world.organizations.remove(acme, bob);
    assert_refused(world.join(bob, &token).await, ErrorReason::InviteAlreadyUsed);
    assert!(!world.organizations.members_of(acme).contains(&bob));
}

#[tokio::test]
async fn a_maker_who_may_no_longer_invite_voids_the_link() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, mallory) = (world.user("bob@example.com"), world.user("mallory@example.com"));
    world.organizations.set_may_invite(acme, mallory, true);
    let token = world.link(mallory, acme, None).await;
    world.organizations.remove(acme, mallory);
    assert_refused(world.join(bob, &token).await, ErrorReason::InviteRevoked);
    let link = world.links_of(alice, acme).await.remove(0);
    assert_eq!((link.is_active, link.uses), (false, 0));
    world.organizations.set_may_invite(acme, mallory, true);
    assert_refused(world.join(bob, &token).await, ErrorReason::InviteRevoked);
}

#[tokio::test]
async fn a_suspended_organization_gives_the_use_back() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let token = world.link(alice, acme, Some(1)).await;
    world.organizations.state.lock().unwrap().suspended.insert(acme);
    assert_refused(world.join(bob, &token).await, ErrorReason::OrganizationSuspended);
    assert_eq!(world.links_of(alice, acme).await[0].uses, 0);
    world.organizations.state.lock().unwrap().suspended.clear();
    world.join(bob, &token).await.unwrap();
}
