//! Organizations keeps the custom roles of a link for as long as somebody may join by it.

use std::sync::Arc;
use std::time::Duration;

use contracts::invitations::v1::{CreateInviteLinkRequest, InviteLink};
use service_kit::ErrorReason;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::stubs::Outage;
use crate::world::{World, assert_refused, link_to};

const LATER: Duration = Duration::from_secs(61);

async fn link_to_role(world: &World, by: Uuid, organization: Uuid, max_uses: Option<i32>) -> (InviteLink, String) {
    let role_ids = vec![world.organizations.custom_role().to_string()];
    let request = CreateInviteLinkRequest { role_ids, max_uses, ..link_to(organization) };
    let created = world.try_link(by, request).await.unwrap();
    (created.invite_link.unwrap(), created.token)
}

#[tokio::test]
async fn a_living_link_keeps_its_roles_for_as_long_as_it_says() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (endless, token) = link_to_role(&world, alice, acme, None).await;
    world.join(world.user("bob@example.com"), &token).await.unwrap();
    let expires_at = Some(test_kit::START.plus(Duration::from_secs(600)).into());
    let role_ids = endless.role_ids.clone();
    let bounded = CreateInviteLinkRequest { role_ids, expires_at, ..link_to(acme) };
    let bounded = world.try_link(alice, bounded).await.unwrap().invite_link.unwrap();
    world.clock.advance(LATER);
    world.deliver().await;

    let offers = world.organizations.state.lock().unwrap().offers.clone();
    assert_eq!(offers[&endless.id.parse::<Uuid>().unwrap()].expires_at, None);
    assert_eq!(offers[&bounded.id.parse::<Uuid>().unwrap()].expires_at, expires_at);
    assert_eq!(world.organizations.closings(), 0);
}

#[tokio::test]
async fn a_link_turned_off_lets_its_roles_go() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (link, _) = link_to_role(&world, alice, acme, None).await;
    world.revoke_link(alice, acme, &link.id).await.unwrap();
    world.revoke_link(alice, acme, &link.id).await.unwrap();
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
    assert_eq!(world.organizations.closings(), 1);
}

#[tokio::test]
async fn a_link_of_somebody_who_may_no_longer_invite_lets_its_roles_go() {
    let world = World::new().await;
    let (_, acme) = world.team();
    let (bob, mallory) = (world.user("bob@example.com"), world.user("mallory@example.com"));
    world.organizations.set_may_invite(acme, mallory, true);
    let (_, token) = link_to_role(&world, mallory, acme, None).await;
    world.organizations.remove(acme, mallory);
    assert_refused(world.join(bob, &token).await, ErrorReason::InviteRevoked);
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
}

#[tokio::test]
async fn a_link_lets_its_roles_go_with_its_last_use() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (link, token) = link_to_role(&world, alice, acme, Some(2)).await;
    world.join(world.user("bob@example.com"), &token).await.unwrap();
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), [link.id]);
    world.join(world.user("carol@example.com"), &token).await.unwrap();
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
}

#[tokio::test]
async fn a_last_use_under_way_may_come_back_so_the_roles_stay() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, carol) = (world.user("bob@example.com"), world.user("carol@example.com"));
    let (link, token) = link_to_role(&world, alice, acme, Some(1)).await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.join(bob, &token).await, ErrorReason::ServiceUnavailable);
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), std::slice::from_ref(&link.id));

    world.organizations.state.lock().unwrap().departed.insert(bob);
    world.organizations.set_outage(Outage::None);
    world.clock.advance(LATER);
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), [link.id]);
    world.join(carol, &token).await.unwrap();
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_uses_at_once_let_the_roles_go() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    for round in 0..8 {
        let (_, token) = link_to_role(&world, alice, acme, Some(3)).await;
        let mut calls = JoinSet::new();
        for number in 0..5 {
            let user = world.user(&format!("user{round}-{number}@example.com"));
            let (world, token) = (Arc::clone(&world), token.clone());
            calls.spawn(async move { world.join(user, &token).await.is_ok() });
        }
        assert_eq!(calls.join_all().await.into_iter().filter(|has_joined| *has_joined).count(), 3);
        world.deliver().await;
        assert!(world.organizations.open_offers().is_empty(), "round {round}");
    }
}
