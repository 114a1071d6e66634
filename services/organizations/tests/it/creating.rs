use crate::world::{World, new_id, refused, violated_fields};

#[tokio::test]
async fn whoever_creates_a_team_owns_it() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let acme = world.create(&alice, "  Acme  ", Some("acme-inc")).await.unwrap();
    assert_eq!((acme.name.as_str(), acme.slug.as_str()), ("Acme", "acme-inc"));
    assert!(!acme.is_personal);
    assert_eq!(acme.owner_id, alice.id);
    assert_eq!(world.get(&alice, &acme.id).await.unwrap(), acme);
    let access = world.access_of(&alice, &acme.id).await.unwrap();
    assert_eq!(access.role_codes, ["org_owner"]);
}

#[tokio::test]
async fn a_slug_that_was_asked_for_is_given_or_refused() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    world.create(&alice, "Acme", Some("acme")).await.unwrap();
    assert_eq!(refused(world.create(&bob, "Other", Some("acme")).await), "ORGANIZATION_SLUG_TAKEN");
    assert_eq!(world.mine(&bob).await.len(), 1);
}

#[tokio::test]
async fn a_slug_made_from_the_name_gets_a_suffix_when_taken() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let first = world.create(&alice, "Söhne & Co", None).await.unwrap();
    let second = world.create(&alice, "Söhne & Co", None).await.unwrap();
    assert_eq!(first.slug, "s-hne-co");
    assert!(second.slug.starts_with("s-hne-co-") && second.slug.len() == 13, "{}", second.slug);
    let reserved = world.create(&alice, "Admin", None).await.unwrap();
    assert!(reserved.slug.starts_with("admin-"), "{}", reserved.slug);
}

#[tokio::test]
async fn the_slug_of_a_deleted_organization_stays_taken() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let acme = world.create(&alice, "Acme", Some("acme")).await.unwrap();
    world.delete(&alice, &acme.id).await.unwrap();
    assert_eq!(refused(world.create(&alice, "Acme", Some("acme")).await), "ORGANIZATION_SLUG_TAKEN");
}

#[tokio::test]
async fn everything_wrong_with_a_new_organization_is_said_at_once() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let refusal = world.create(&alice, "\0", Some("-")).await.unwrap_err();
    assert_eq!(violated_fields(&refusal), ["name", "slug"]);
    for slug in ["admin", "Acme", "a", &new_id()] {
        assert_eq!(refused(world.create(&alice, "Acme", Some(slug)).await), "VALIDATION_ERROR", "{slug}");
    }
    let long = "x".repeat(300 * 1024);
    assert_eq!(refused(world.create(&alice, &long, None).await), "VALIDATION_ERROR");
    assert_eq!(world.mine(&alice).await.len(), 1);
}

#[tokio::test]
async fn a_user_who_is_unknown_suspended_or_gone_creates_nothing() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let mut suspended = crate::world::profile(&alice, 2);
    suspended.is_active = false;
    world.record(suspended).await;
    assert_eq!(refused(world.create(&alice, "Acme", None).await), "USER_SUSPENDED");
    world.depart(&bob).await.unwrap();
    assert_eq!(refused(world.create(&bob, "Acme", None).await), "USER_NOT_FOUND");
    let stranger = crate::world::Person { id: new_id(), ..alice };
    assert_eq!(refused(world.create(&stranger, "Acme", None).await), "USER_NOT_FOUND");
}
