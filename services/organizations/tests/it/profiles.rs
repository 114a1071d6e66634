use contracts::organizations::v1 as proto;

use crate::world::{World, new_id, profile, refused};

#[tokio::test]
async fn an_older_profile_does_not_replace_a_newer_one() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let named =
        |name: &str, version| proto::UserProfile { display_name: Some(name.to_owned()), ..profile(&alice, version) };
    world.record(named("third", 3)).await;
    world.record(named("second", 2)).await;
    world.record(named("also third", 3)).await;
    let user = world.members(&alice, &alice.personal).await.unwrap().remove(0).user.unwrap();
    assert_eq!(user.display_name.as_deref(), Some("third"));
    world.ensure(&alice, &alice.personal).await.unwrap();
    let user = world.members(&alice, &alice.personal).await.unwrap().remove(0).user.unwrap();
    assert_eq!(user.display_name.as_deref(), Some("third"));
}

#[tokio::test]
async fn a_profile_may_arrive_before_the_personal_organization() {
    let world = World::new().await;
    let alice = crate::world::Person { id: new_id(), email: "alice@example.com".to_owned(), personal: new_id() };
    world.record(proto::UserProfile { display_name: Some("Alice".to_owned()), ..profile(&alice, 2) }).await;
    world.ensure(&alice, &alice.personal).await.unwrap();
    let user = world.members(&alice, &alice.personal).await.unwrap().remove(0).user.unwrap();
    assert_eq!(user.display_name.as_deref(), Some("Alice"));
}

#[tokio::test]
async fn profiles_that_are_not_ones_are_refused() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let good = profile(&alice, 2);
    let bad = [
        None,
        Some(proto::UserProfile { user_id: "alice".to_owned(), ..good.clone() }),
        Some(proto::UserProfile { email: "alice".to_owned(), ..good.clone() }),
        Some(proto::UserProfile { display_name: Some("nul\0".to_owned()), ..good.clone() }),
        Some(proto::UserProfile { version: -1, ..good }),
    ];
    for profile in bad {
        let answer = world.access().record_profile(proto::RecordProfileRequest { profile }).await;
        assert_eq!(refused(answer), "VALIDATION_ERROR");
    }
}
