use contracts::organizations::v1 as proto;
use proto::MemberStatus;

use crate::world::{World, metadata, new_id, profile, refused};

#[tokio::test]
async fn whoever_departs_belongs_nowhere() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_owner"]).await;
    let alone = world.team(&bob).await;
    let position = world.depart(&bob).await.unwrap();
    assert!(position > 0);
    for organization in [&team, &alone, &bob.personal] {
        assert_eq!(refused(world.access_of(&bob, organization).await), "ORGANIZATION_NOT_FOUND");
    }
    assert!(world.mine(&bob).await.is_empty());
    assert_eq!(world.members(&alice, &team).await.unwrap().len(), 1);
    assert_eq!(world.access_of(&alice, &team).await.unwrap().position, position);
}

#[tokio::test]
async fn departing_again_changes_nothing() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let first = world.depart(&alice).await.unwrap();
    assert_eq!(world.depart(&alice).await.unwrap(), first);
}

#[tokio::test]
async fn a_user_nobody_has_heard_of_can_depart_and_never_comes() {
    let world = World::new().await;
    let ghost = crate::world::Person { id: new_id(), email: "ghost@example.com".to_owned(), personal: new_id() };
    assert!(world.depart(&ghost).await.is_ok());
    assert_eq!(refused(world.ensure(&ghost, &ghost.personal).await), "USER_NOT_FOUND");
}

#[tokio::test]
async fn a_sole_owner_stays_and_is_told_where() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let alone = world.team(&alice).await;
    let refusal = world.depart(&alice).await.unwrap_err();
    let listed: serde_json::Value = serde_json::from_str(&metadata(&refusal)["organizations"]).unwrap();
    let acme = world.get(&bob, &team).await.unwrap();
    assert_eq!(listed, serde_json::json!([{ "id": team, "name": "Acme", "slug": acme.slug }]));
    assert_eq!(refused::<()>(Err(refusal)), "SOLE_OWNER");
    for organization in [&team, &alone, &alice.personal] {
        assert_eq!(world.get(&alice, organization).await.unwrap().owner_id, alice.id);
    }

    world.transfer(&alice, &team, &bob).await.unwrap();
    assert!(world.depart(&alice).await.is_ok());
    assert_eq!(world.get(&bob, &team).await.unwrap().owner_id, bob.id);
}

#[tokio::test]
async fn at_most_ten_blocking_organizations_are_named() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    for _ in 0..12 {
        let team = world.team(&alice).await;
        world.join(&team, &alice, &bob, &[]).await;
    }
    let refusal = world.depart(&alice).await.unwrap_err();
    let listed: serde_json::Value = serde_json::from_str(&metadata(&refusal)["organizations"]).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 10);
    assert_eq!(world.mine(&alice).await.len(), 13);
}

#[tokio::test]
async fn members_who_are_suspended_count_as_others() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    world.set_status(&alice, &team, &bob, MemberStatus::Suspended).await.unwrap();
    assert_eq!(refused(world.depart(&alice).await), "SOLE_OWNER");
    assert!(world.depart(&bob).await.is_ok());
    assert!(world.depart(&alice).await.is_ok());
}

#[tokio::test]
async fn nothing_is_kept_of_who_has_departed() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    world.depart(&bob).await.unwrap();
    world.record(profile(&bob, 9)).await;
    assert_eq!(refused(world.add(crate::world::offer(&team, &alice, &bob, &[])).await), "USER_NOT_FOUND");
    assert_eq!(refused(world.create(&bob, "Acme", None).await), "USER_NOT_FOUND");
    let emails: Vec<String> =
        world.members(&alice, &team).await.unwrap().into_iter().map(|member| member.user.unwrap().email).collect();
    assert_eq!(emails, ["alice@example.com"]);
}

#[tokio::test]
async fn whoever_is_evicted_hands_over_to_the_longest_active_member() {
    let world = World::new().await;
    let (mallory, bob, team) = world.alice_and_bob(&["seller"]).await;
    let carol = world.person("carol").await;
    world.join(&team, &mallory, &carol, &["org_admin"]).await;
    world.set_status(&mallory, &team, &bob, MemberStatus::Suspended).await.unwrap();
    let alone = world.team(&mallory).await;

    let position = world.evict(&mallory).await.unwrap();
    assert!(position > 0);
    assert_eq!(world.get(&carol, &team).await.unwrap().owner_id, carol.id);
    assert_eq!(world.members(&carol, &team).await.unwrap().len(), 2);
    for organization in [&team, &alone, &mallory.personal] {
        assert_eq!(refused(world.access_of(&mallory, organization).await), "ORGANIZATION_NOT_FOUND");
    }
    assert_eq!(world.evict(&mallory).await.unwrap(), position, "repeating it changes nothing");
}

#[tokio::test]
async fn an_evicted_owner_with_nobody_to_hand_over_to_takes_the_organization_along() {
    let world = World::new().await;
    let (mallory, bob, team) = world.alice_and_bob(&["seller"]).await;
    world.set_status(&mallory, &team, &bob, MemberStatus::Suspended).await.unwrap();
    world.evict(&mallory).await.unwrap();
    assert_eq!(refused(world.access_of(&bob, &team).await), "ORGANIZATION_NOT_FOUND");
    assert_eq!(world.mine(&bob).await.len(), 1);
}
