use contracts::organizations::v1 as proto;
use proto::OrgRole;

use crate::world::{World, codes, metadata, refused};

#[tokio::test]
async fn a_set_of_roles_is_replaced_as_a_whole() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let (member, position) = world.set_roles(&alice, &team, &bob, &["seller", "buyer"]).await.unwrap();
    assert_eq!(codes(&member.roles), ["seller", "buyer"]);
    assert!(position > 0);
    assert_eq!(world.access_of(&bob, &team).await.unwrap().role_codes, ["seller", "buyer"]);
}

#[tokio::test]
async fn a_set_that_holds_anything_wrong_is_refused_whole() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let too_many: Vec<String> = (0..21).map(|number| format!("role-{number}")).collect();
    let too_many: Vec<&str> = too_many.iter().map(String::as_str).collect();
    let sets: [(&[&str], &str); 6] = [
        (&[], "VALIDATION_ERROR"),
        (&["buyer", "buyer"], "VALIDATION_ERROR"),
        (&too_many, "VALIDATION_ERROR"),
        (&["buyer", "no-such-role"], "ROLE_NOT_FOUND"),
        (&["buyer", "system_admin"], "ROLE_NOT_FOUND"),
        (&["super_admin"], "ROLE_NOT_FOUND"),
    ];
    for (set, reason) in sets {
        assert_eq!(refused(world.set_roles(&alice, &team, &bob, set).await), reason, "{set:?}");
    }
    assert_eq!(world.access_of(&bob, &team).await.unwrap().role_codes, ["seller"]);
}

#[tokio::test]
async fn nobody_grants_more_than_they_hold() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let carol = world.person("carol").await;
    world.join(&team, &alice, &carol, &["seller"]).await;
    world.set_roles(&bob, &team, &carol, &["org_manager", "buyer"]).await.unwrap();
    for above in ["org_admin", "org_owner"] {
        assert_eq!(refused(world.set_roles(&bob, &team, &carol, &[above]).await), "ROLE_ABOVE_CALLER");
        assert_eq!(refused(world.set_roles(&bob, &team, &bob, &[above]).await), "ROLE_ABOVE_CALLER");
    }
    world.set_roles(&alice, &team, &bob, &["org_admin"]).await.unwrap();
    assert_eq!(refused(world.set_roles(&bob, &team, &carol, &["org_owner"]).await), "ROLE_ABOVE_CALLER");
}

#[tokio::test]
async fn nobody_touches_whoever_holds_more() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let carol = world.person("carol").await;
    world.join(&team, &alice, &carol, &["org_manager"]).await;
    let suspended = proto::MemberStatus::Suspended;
    for (actor, target) in [(&bob, &alice), (&carol, &bob), (&carol, &alice)] {
        assert_eq!(refused(world.set_roles(actor, &team, target, &["buyer"]).await), "ROLE_ABOVE_CALLER");
        assert_eq!(refused(world.set_status(actor, &team, target, suspended).await), "ROLE_ABOVE_CALLER");
    }
    assert_eq!(refused(world.remove(&bob, &team, &alice).await), "ROLE_ABOVE_CALLER");
}

#[tokio::test]
async fn one_may_lower_oneself() {
    let world = World::new().await;
    let (_, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let (member, position) = world.set_roles(&bob, &team, &bob, &["org_manager"]).await.unwrap();
    assert_eq!(codes(&member.roles), ["org_manager"]);
    assert!(position > 0);
    assert_eq!(refused(world.set_roles(&bob, &team, &bob, &["org_admin"]).await), "ROLE_ABOVE_CALLER");
}

#[tokio::test]
async fn only_owners_make_and_unmake_owners() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin", "seller"]).await;
    let refusal = world.set_role(&bob, &team, &bob, OrgRole::Owner).await.unwrap_err();
    assert_eq!(metadata(&refusal)["held_roles"], "org_admin,seller");
    assert_eq!(refused::<()>(Err(refusal)), "INSUFFICIENT_PERMISSIONS");

    let (member, position) = world.set_role(&alice, &team, &bob, OrgRole::Owner).await.unwrap();
    assert_eq!(codes(&member.roles), ["org_owner", "org_admin", "seller"]);
    assert_eq!((member.role(), position), (OrgRole::Owner, 0));
    let (member, position) = world.set_role(&bob, &team, &alice, OrgRole::Member).await.unwrap();
    assert_eq!(codes(&member.roles), ["org_member"]);
    assert!(position > 0);
    assert_eq!(refused(world.set_role(&alice, &team, &bob, OrgRole::Unspecified).await), "VALIDATION_ERROR");
}

#[tokio::test]
async fn nobody_has_to_wait_for_a_promotion() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let before = world.access_of(&bob, &team).await.unwrap().position;
    let (_, position) = world.set_roles(&alice, &team, &bob, &["seller", "org_admin"]).await.unwrap();
    assert_eq!(position, 0);
    assert_eq!(world.access_of(&bob, &team).await.unwrap().position, before + 1, "there is a hint");
    let (_, position) = world.set_roles(&alice, &team, &bob, &["seller", "org_manager"]).await.unwrap();
    assert_eq!(position, before + 2);
}

#[tokio::test]
async fn whoever_repeats_what_took_something_away_hears_a_position_to_wait_for() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let (_, first) = world.set_roles(&alice, &team, &bob, &["seller"]).await.unwrap();
    let (_, again) = world.set_roles(&alice, &team, &bob, &["seller"]).await.unwrap();
    assert_eq!((first > 0, again), (true, first));
    let (_, suspended) = world.set_status(&alice, &team, &bob, proto::MemberStatus::Suspended).await.unwrap();
    let (_, later) = world.set_roles(&alice, &team, &bob, &["buyer"]).await.unwrap();
    let (_, again) = world.set_status(&alice, &team, &bob, proto::MemberStatus::Suspended).await.unwrap();
    assert_eq!((later > suspended, again), (true, later), "the latest one is safe to wait for");
    assert_eq!(world.access_of(&alice, &team).await.unwrap().position, later, "no position was taken");
}

#[tokio::test]
async fn a_suspended_member_belongs_and_can_do_nothing() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let (member, position) = world.set_status(&alice, &team, &bob, proto::MemberStatus::Suspended).await.unwrap();
    assert_eq!(member.status(), proto::MemberStatus::Suspended);
    assert!(position > 0);
    assert_eq!(refused(world.access_of(&bob, &team).await), "NOT_ORGANIZATION_MEMBER");
    assert_eq!(refused(world.get(&bob, &team).await), "NOT_ORGANIZATION_MEMBER");
    assert_eq!(refused(world.leave(&bob, &team).await), "NOT_ORGANIZATION_MEMBER");
    assert_eq!(world.mine(&bob).await[1].status(), proto::MemberStatus::Suspended);
    assert_eq!(world.members(&alice, &team).await.unwrap().len(), 2);

    let (member, position) = world.set_status(&alice, &team, &bob, proto::MemberStatus::Active).await.unwrap();
    assert_eq!((codes(&member.roles), position), (vec!["org_admin"], 0));
    assert!(world.get(&bob, &team).await.is_ok());
}

#[tokio::test]
async fn nobody_changes_the_status_of_their_own_membership() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    assert_eq!(refused(world.set_status(&bob, &team, &bob, proto::MemberStatus::Suspended).await), "VALIDATION_ERROR");
    assert_eq!(refused(world.set_status(&bob, &team, &bob, proto::MemberStatus::Active).await), "VALIDATION_ERROR");
    assert_eq!(refused(world.set_status(&alice, &team, &alice, proto::MemberStatus::Suspended).await), "LAST_OWNER");
    assert_eq!(
        refused(world.set_status(&alice, &team, &bob, proto::MemberStatus::Unspecified).await),
        "VALIDATION_ERROR"
    );
}

#[tokio::test]
async fn authority_is_read_from_the_database_and_not_from_the_token() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let carol = world.person("carol").await;
    world.join(&team, &alice, &carol, &[]).await;
    let message = proto::RemoveMemberRequest { organization_id: team.clone(), user_id: carol.id.clone() };
    let request = world.by(&bob, message);
    world.set_roles(&alice, &team, &bob, &["seller"]).await.unwrap();
    let answer = world.memberships().remove_member(request).await;
    assert_eq!(refused(answer), "INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn a_user_with_a_suspended_account_changes_nothing() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let mut suspended = crate::world::profile(&bob, 2);
    suspended.is_active = false;
    world.record(suspended).await;
    assert_eq!(refused(world.set_roles(&bob, &team, &bob, &["seller"]).await), "USER_SUSPENDED");
    assert_eq!(refused(world.transfer(&alice, &team, &bob).await), "MEMBER_NOT_FOUND");
}
