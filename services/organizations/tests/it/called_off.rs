//! Joinings that come to nothing, wherever their requests are.

use std::time::Duration;

use contracts::organizations::v1 as proto;

use crate::world::{Answer, World, new_id, offer, profile, refused};

async fn call_off(world: &World, organization_id: &str, join_id: &str) -> Answer<bool> {
    let message =
        proto::CallOffJoinRequest { join_id: join_id.to_owned(), organization_id: organization_id.to_owned() };
    Ok(world.access().call_off_join(message).await?.into_inner().has_joined)
}

#[tokio::test]
async fn a_joining_that_was_called_off_makes_no_member_however_late_it_comes() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    let joining = offer(&team, &alice, &bob, &[]);
    for _ in 0..2 {
        assert!(!call_off(&world, &team, &joining.join_id).await.unwrap());
        assert_eq!(refused(world.add(joining.clone()).await), "INVITE_ALREADY_USED");
        world.clock.advance(Duration::from_secs(24 * 3600));
        call_off(&world, &team, &new_id()).await.unwrap();
    }
    assert_eq!(world.members(&alice, &team).await.unwrap().len(), 1);
    world.join(&team, &alice, &bob, &[]).await;
}

#[tokio::test]
async fn a_joining_that_has_made_a_member_is_not_called_off() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    let joining = offer(&team, &alice, &bob, &[]);
    world.add(joining.clone()).await.unwrap();
    assert!(call_off(&world, &team, &joining.join_id).await.unwrap());
    world.add(joining.clone()).await.unwrap();
    world.remove(&alice, &team, &bob).await.unwrap();
    assert!(call_off(&world, &team, &joining.join_id).await.unwrap());
    assert_eq!(refused(world.add(joining).await), "INVITE_ALREADY_USED");
}

#[tokio::test]
async fn whatever_else_stands_in_the_way_is_told_first() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    let carol = world.person("carol").await;
    for (joining, reason) in
        [(offer(&team, &alice, &bob, &[]), "ALREADY_A_MEMBER"), (offer(&team, &bob, &carol, &[]), "INVITE_REVOKED")]
    {
        call_off(&world, &team, &joining.join_id).await.unwrap();
        assert_eq!(refused(world.add(joining).await), reason);
    }
    let joining = offer(&team, &alice, &carol, &[]);
    call_off(&world, &team, &joining.join_id).await.unwrap();
    world.record(proto::UserProfile { is_active: false, ..profile(&carol, 2) }).await;
    assert_eq!(refused(world.add(joining).await), "USER_SUSPENDED");
}

#[tokio::test]
async fn a_joining_is_called_off_in_its_own_organization() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let (team, other) = (world.team(&alice).await, world.team(&alice).await);
    let joining = offer(&team, &alice, &bob, &[]);
    assert!(!call_off(&world, &other, &joining.join_id).await.unwrap());
    world.add(joining.clone()).await.unwrap();
    world.delete(&alice, &other).await.unwrap();
    assert_eq!(refused(call_off(&world, &other, &joining.join_id).await), "ORGANIZATION_NOT_FOUND");
}
