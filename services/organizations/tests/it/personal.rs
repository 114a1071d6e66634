use contracts::organizations::v1 as proto;
use proto::{MemberStatus, OrgRole};

use crate::world::{Person, World, new_id, offer, refused};

#[tokio::test]
async fn a_personal_organization_is_named_by_the_address_and_owned_by_its_user() {
    let world = World::new().await;
    let alice = world.person("Alice.Smith").await;
    let personal = world.get(&alice, &alice.personal).await.unwrap();
    assert_eq!(personal.name, "alice.smith@example.com");
    assert!(personal.slug.starts_with("alice-smith-"), "{}", personal.slug);
    assert!(personal.is_personal);
    assert_eq!(personal.owner_id, alice.id);
    assert_eq!(world.access_of(&alice, &alice.personal).await.unwrap().role_codes, ["org_owner"]);
}

#[tokio::test]
async fn ensuring_it_again_answers_the_same_one() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let first = world.ensure(&alice, &alice.personal).await.unwrap();
    assert_eq!(world.ensure(&alice, &alice.personal).await.unwrap(), first);
    assert_eq!(world.ensure(&alice, &new_id()).await.unwrap(), first);
    assert_eq!(world.mine(&alice).await.len(), 1);
}

#[tokio::test]
async fn a_personal_organization_takes_no_slug_that_a_team_may_want() {
    let world = World::new().await;
    let first = world.person("alice").await;
    let second = Person { email: "alice@example.org".to_owned(), id: new_id(), personal: new_id() };
    let personal = world.ensure(&second, &second.personal).await.unwrap();
    assert!(personal.slug.starts_with("alice-"), "{}", personal.slug);
    assert_ne!(world.get(&first, &first.personal).await.unwrap().slug, personal.slug);
    let system = Person { email: "admin@example.org".to_owned(), id: new_id(), personal: new_id() };
    assert!(world.ensure(&system, &system.personal).await.unwrap().slug.starts_with("admin-"));
}

#[tokio::test]
async fn an_id_that_is_in_use_is_refused() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let bob = Person { email: "bob@example.com".to_owned(), id: new_id(), personal: alice.personal.clone() };
    assert_eq!(refused(world.ensure(&bob, &bob.personal).await), "CONFLICT");
}

#[tokio::test]
async fn it_is_never_deleted_left_transferred_or_shared() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let id = alice.personal.clone();
    let is_refused = "PERSONAL_ORGANIZATION";
    assert_eq!(refused(world.delete(&alice, &id).await), is_refused);
    assert_eq!(refused(world.leave(&alice, &id).await), is_refused);
    assert_eq!(refused(world.transfer(&alice, &id, &bob).await), is_refused);
    assert_eq!(refused(world.add(offer(&id, &alice, &bob, &[])).await), is_refused);
    assert_eq!(refused(world.remove(&alice, &id, &alice).await), is_refused);
    assert_eq!(refused(world.set_status(&alice, &id, &alice, MemberStatus::Suspended).await), is_refused);
    assert_eq!(refused(world.set_role(&alice, &id, &alice, OrgRole::Member).await), is_refused);
    assert_eq!(refused(world.set_roles(&alice, &id, &alice, &["org_admin"]).await), is_refused);
    assert_eq!(world.members(&alice, &id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn its_user_may_change_what_it_says() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let message = proto::UpdateOrganizationRequest {
        organization_id: alice.personal.clone(),
        name: Some("Alice's place".to_owned()),
        ..Default::default()
    };
    world.organizations().update_organization(world.by(&alice, message)).await.unwrap();
    assert_eq!(world.get(&alice, &alice.personal).await.unwrap().name, "Alice's place");
}

#[tokio::test]
async fn a_user_who_has_departed_gets_no_new_one() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    world.depart(&alice).await.unwrap();
    assert_eq!(refused(world.ensure(&alice, &alice.personal).await), "USER_NOT_FOUND");
    assert_eq!(refused(world.ensure(&alice, &new_id()).await), "USER_NOT_FOUND");
}
