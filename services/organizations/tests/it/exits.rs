use contracts::organizations::v1 as proto;
use proto::{MemberStatus, OrgRole};

use crate::world::{World, metadata, new_id, profile, refused};

#[tokio::test]
async fn the_last_owner_cannot_go_by_any_exit() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    assert_eq!(refused(world.leave(&alice, &team).await), "LAST_OWNER");
    assert_eq!(refused(world.remove(&alice, &team, &alice).await), "LAST_OWNER");
    assert_eq!(refused(world.set_role(&alice, &team, &alice, OrgRole::Member).await), "LAST_OWNER");
    assert_eq!(refused(world.set_roles(&alice, &team, &alice, &["org_admin"]).await), "LAST_OWNER");
    assert_eq!(refused(world.set_status(&alice, &team, &alice, MemberStatus::Suspended).await), "LAST_OWNER");
    assert_eq!(refused(world.depart(&alice).await), "SOLE_OWNER");
    assert_eq!(world.get(&bob, &team).await.unwrap().owner_id, alice.id);
}

#[tokio::test]
async fn an_owner_can_go_while_another_active_owner_remains() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_owner"]).await;
    assert!(world.leave(&alice, &team).await.unwrap() > 0);
    assert_eq!(refused(world.get(&alice, &team).await), "ORGANIZATION_NOT_FOUND");
    assert_eq!(world.get(&bob, &team).await.unwrap().owner_id, bob.id);
    assert_eq!(refused(world.leave(&bob, &team).await), "LAST_OWNER");
}

#[tokio::test]
async fn suspended_owners_do_not_count() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_owner"]).await;
    world.set_status(&alice, &team, &bob, MemberStatus::Suspended).await.unwrap();
    assert_eq!(refused(world.leave(&alice, &team).await), "LAST_OWNER");
    world.set_status(&alice, &team, &bob, MemberStatus::Active).await.unwrap();

    let suspended = proto::UserProfile { is_active: false, ..profile(&bob, 2) };
    world.record(suspended).await;
    assert_eq!(refused(world.leave(&alice, &team).await), "LAST_OWNER");
    world.record(profile(&bob, 3)).await;
    assert!(world.leave(&alice, &team).await.is_ok());
}

#[tokio::test]
async fn an_account_that_is_suspended_keeps_its_organization_from_being_taken_away() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let carol = world.person("carol").await;
    world.join(&team, &alice, &carol, &["org_owner"]).await;
    world.set_account(&alice, 2, false).await.unwrap();
    assert_eq!(refused(world.remove(&bob, &team, &alice).await), "ROLE_ABOVE_CALLER");
    assert_eq!(refused(world.depart(&carol).await), "SOLE_OWNER");
    assert_eq!(world.get(&bob, &team).await.unwrap().owner_id, carol.id);
}

#[tokio::test]
async fn the_account_of_an_only_active_owner_stays_in_use_and_the_refusal_tells_where() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let refusal = world.set_account(&alice, 2, false).await.unwrap_err();
    let listed: serde_json::Value = serde_json::from_str(&metadata(&refusal)["organizations"]).unwrap();
    let acme = world.get(&bob, &team).await.unwrap();
    assert_eq!(listed, serde_json::json!([{ "id": team, "name": "Acme", "slug": acme.slug }]));
    assert_eq!(refused::<()>(Err(refusal)), "SOLE_OWNER");
    assert!(world.create(&alice, "Another", None).await.is_ok(), "the account is in use as before");

    world.set_role(&alice, &team, &bob, OrgRole::Owner).await.unwrap();
    world.set_account(&alice, 2, false).await.unwrap();
    assert_eq!(refused(world.set_account(&bob, 2, false).await), "SOLE_OWNER");
    assert_eq!(refused(world.create(&alice, "A third", None).await), "USER_SUSPENDED");
    world.set_account(&alice, 3, true).await.unwrap();
    assert!(world.set_account(&bob, 2, false).await.is_ok());
}

#[tokio::test]
async fn whoever_owns_nothing_that_others_belong_to_can_be_suspended_and_again() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    world.team(&bob).await;
    for _ in 0..2 {
        world.set_account(&bob, 2, false).await.unwrap();
    }
    assert_eq!(world.members(&alice, &team).await.unwrap().len(), 2, "memberships stay");
    assert!(world.set_account(&alice, 1, false).await.is_ok(), "what is not newer is not heard");
    assert!(world.create(&alice, "Another", None).await.is_ok());
}

#[tokio::test]
async fn a_removed_member_is_gone_at_once() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let position = world.remove(&alice, &team, &bob).await.unwrap();
    assert!(position > 0);
    assert_eq!(refused(world.access_of(&bob, &team).await), "ORGANIZATION_NOT_FOUND");
    assert_eq!(refused(world.remove(&alice, &team, &bob).await), "MEMBER_NOT_FOUND");
    assert_eq!(world.access_of(&alice, &team).await.unwrap().position, position);
}

#[tokio::test]
async fn removing_takes_the_permission() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let carol = world.person("carol").await;
    world.join(&team, &alice, &carol, &[]).await;
    assert_eq!(refused(world.remove(&bob, &team, &carol).await), "INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn ownership_is_transferred_in_one_step() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    world.set_roles(&alice, &team, &alice, &["org_owner", "buyer"]).await.unwrap();
    let after = world.transfer(&alice, &team, &bob).await.unwrap();
    assert_eq!(after.owner_id, bob.id);
    assert_eq!(world.access_of(&alice, &team).await.unwrap().role_codes, ["buyer"]);
    assert_eq!(world.access_of(&bob, &team).await.unwrap().role_codes, ["org_owner", "seller"]);
    assert_eq!(refused(world.transfer(&alice, &team, &bob).await), "INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn ownership_goes_to_active_members_alone() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let stranger = world.person("stranger").await;
    assert_eq!(refused(world.transfer(&alice, &team, &stranger).await), "MEMBER_NOT_FOUND");
    assert_eq!(refused(world.transfer(&alice, &team, &alice).await), "VALIDATION_ERROR");
    world.set_status(&alice, &team, &bob, MemberStatus::Suspended).await.unwrap();
    assert_eq!(refused(world.transfer(&alice, &team, &bob).await), "MEMBER_NOT_FOUND");
    assert_eq!(world.get(&alice, &team).await.unwrap().owner_id, alice.id);
}

#[tokio::test]
async fn an_organization_is_deleted_by_its_owner_once_nobody_else_belongs() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    assert_eq!(refused(world.delete(&bob, &team).await), "INSUFFICIENT_PERMISSIONS");
    assert_eq!(refused(world.delete(&alice, &team).await), "ORGANIZATION_HAS_MEMBERS");
    world.set_status(&alice, &team, &bob, MemberStatus::Suspended).await.unwrap();
    assert_eq!(refused(world.delete(&alice, &team).await), "ORGANIZATION_HAS_MEMBERS");
    world.remove(&alice, &team, &bob).await.unwrap();
    assert!(world.delete(&alice, &team).await.unwrap() > 0);
    assert_eq!(refused(world.get(&alice, &team).await), "ORGANIZATION_NOT_FOUND");
    assert_eq!(refused(world.delete(&alice, &team).await), "ORGANIZATION_NOT_FOUND");
    assert_eq!(world.mine(&alice).await.len(), 1);
}

#[tokio::test]
async fn the_owner_shown_is_who_has_been_one_for_the_longest_time() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let carol = world.person("carol").await;
    world.join(&team, &alice, &carol, &["org_owner"]).await;
    world.clock.advance(std::time::Duration::from_secs(1));
    world.set_role(&alice, &team, &bob, OrgRole::Owner).await.unwrap();
    world.leave(&alice, &team).await.unwrap();
    assert_eq!(world.get(&bob, &team).await.unwrap().owner_id, carol.id);
    world.set_status(&bob, &team, &carol, MemberStatus::Suspended).await.unwrap();
    assert_eq!(world.get(&bob, &team).await.unwrap().owner_id, bob.id);
}

#[tokio::test]
async fn strangers_are_answered_as_if_nothing_were_there() {
    let world = World::new().await;
    let (alice, _, team) = world.alice_and_bob(&["seller"]).await;
    let stranger = world.person("stranger").await;
    for id in [team, alice.personal.clone(), new_id()] {
        let update = proto::UpdateOrganizationRequest { organization_id: id.clone(), ..Default::default() };
        let roles = proto::ListRolesRequest { organization_id: id.clone(), ..Default::default() };
        let may = proto::AuthorizeRequest {
            user_id: stranger.id.clone(),
            organization_id: id.clone(),
            permission: "org:read".to_owned(),
            grant: None,
        };
        let mut answers = vec![
            world.get(&stranger, &id).await.map(|_| ()).unwrap_err(),
            world.delete(&stranger, &id).await.map(|_| ()).unwrap_err(),
            world.leave(&stranger, &id).await.map(|_| ()).unwrap_err(),
            world.members(&stranger, &id).await.map(|_| ()).unwrap_err(),
            world.transfer(&stranger, &id, &alice).await.map(|_| ()).unwrap_err(),
            world.remove(&stranger, &id, &alice).await.map(|_| ()).unwrap_err(),
            world.set_role(&stranger, &id, &alice, OrgRole::Member).await.map(|_| ()).unwrap_err(),
            world.set_roles(&stranger, &id, &alice, &["no-such-role"]).await.map(|_| ()).unwrap_err(),
            world.set_status(&stranger, &id, &alice, MemberStatus::Suspended).await.map(|_| ()).unwrap_err(),
            world.access_of(&stranger, &id).await.map(|_| ()).unwrap_err(),
            world.organizations().update_organization(world.by(&stranger, update)).await.map(|_| ()).unwrap_err(),
            world.roles().list_roles(world.by(&stranger, roles)).await.map(|_| ()).unwrap_err(),
            world.access().authorize(may).await.map(|_| ()).unwrap_err(),
        ];
        let first = answers.remove(0);
        assert_eq!(refused::<()>(Err(first.clone())), "ORGANIZATION_NOT_FOUND");
        for answer in answers {
            assert_eq!((answer.code(), answer.message()), (first.code(), first.message()));
            assert_eq!(answer.details(), first.details());
        }
    }
}
