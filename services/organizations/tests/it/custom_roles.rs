//! Roles that organizations make for themselves.

use std::time::Duration;

use contracts::organizations::v1 as proto;

use crate::world::{World, codes, metadata, refused, role_id};

fn permissions(role: &proto::Role) -> Vec<&str> {
    role.permissions.iter().map(|permission| permission.code.as_str()).collect()
}

#[tokio::test]
async fn a_custom_role_gives_its_holders_what_it_holds() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    let role = world.create_role(&alice, &team, "catalog-editor", &["org:read", "org:update"]).await.unwrap();
    assert_eq!((role.r#type(), role.organization_id.as_deref()), (proto::RoleType::Custom, Some(team.as_str())));
    assert_eq!(permissions(&role), ["org:read", "org:update"]);

    let (member, _) = world.set_roles(&alice, &team, &bob, &["catalog-editor", "seller"]).await.unwrap();
    assert_eq!(codes(&member.roles), ["seller", "catalog-editor"]);
    let access = world.access_of(&bob, &team).await.unwrap();
    assert_eq!(access.role_codes, ["seller", "catalog-editor"]);
    assert_eq!(access.permissions, ["org:members:read", "org:read", "org:update"]);
    let renamed = proto::UpdateOrganizationRequest {
        organization_id: team.clone(),
        name: Some("Bob's".to_owned()),
        ..Default::default()
    };
    assert!(world.organizations().update_organization(world.by(&bob, renamed)).await.is_ok());
    let mine = world.mine(&bob).await;
    assert_eq!(permissions(&mine[1].roles[1]), ["org:read", "org:update"]);
}

#[tokio::test]
async fn roles_belong_to_one_organization() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    let carol = world.person("carol").await;
    let other = world.team(&carol).await;
    let role = world.create_role(&alice, &team, "auditor", &["org:read"]).await.unwrap();
    let twin = world.create_role(&carol, &other, "auditor", &["org:update"]).await.unwrap();
    assert_ne!(role.id, twin.id);

    world.set_roles(&alice, &team, &bob, &["auditor"]).await.unwrap();
    assert_eq!(world.access_of(&bob, &team).await.unwrap().permissions, ["org:read"]);
    let of_theirs =
        |role_id: &str| proto::GetRoleRequest { organization_id: other.clone(), role_id: role_id.to_owned() };
    for id in [&role.id, &crate::world::new_id()] {
        assert_eq!(refused(world.roles().get_role(world.by(&carol, of_theirs(id))).await), "ROLE_NOT_FOUND");
        assert_eq!(refused(world.delete_role(&carol, &other, id).await), "ROLE_NOT_FOUND");
    }
    let foreign = proto::Role { organization_id: Some(other.clone()), ..role.clone() };
    assert_eq!(refused(world.update_role(&carol, &foreign, &["org:read"]).await), "ROLE_NOT_FOUND");
    let mut offer = crate::world::offer(&other, &carol, &bob, &[]);
    offer.grant = Some(proto::RoleGrant { role_ids: vec![role.id.clone()], role: 0 });
    assert_eq!(refused(world.add(offer).await), "ROLE_NOT_FOUND");
}

#[tokio::test]
async fn codes_are_unique_in_an_organization_and_never_look_built_in() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    world.create_role(&alice, &team, "auditor", &[]).await.unwrap();
    assert_eq!(refused(world.create_role(&alice, &team, "auditor", &[]).await), "ROLE_ALREADY_EXISTS");
    for code in ["org_owner", "Org_Admin", "org-admin", "0wner", "super_admin", "a", "*", "org:*", ""] {
        assert_eq!(refused(world.create_role(&alice, &team, code, &[]).await), "VALIDATION_ERROR", "{code}");
    }
}

#[tokio::test]
async fn a_set_of_permissions_with_anything_wrong_is_refused_whole() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let many: Vec<String> = (0..10_000).map(|number| format!("items:p{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (codes, reason) in [
        (&["org:read", "org:roles:update"][..], "PERMISSION_NOT_ASSIGNABLE"),
        (&["org:read", "nobody:knows"], "PERMISSION_NOT_ASSIGNABLE"),
        (&["org:*"], "VALIDATION_ERROR"),
        (&["*"], "VALIDATION_ERROR"),
        (&["ORG:READ"], "VALIDATION_ERROR"),
        (&["org:read", "org:read"], "VALIDATION_ERROR"),
        (&many, "VALIDATION_ERROR"),
    ] {
        assert_eq!(refused(world.create_role(&alice, &team, "auditor", codes).await), reason);
    }
    let listed = proto::ListRolesRequest { organization_id: team.clone(), ..Default::default() };
    let listed = world.roles().list_roles(world.by(&alice, listed)).await.unwrap().into_inner();
    assert_eq!(listed.roles.len(), 6);
}

#[tokio::test]
async fn taking_a_permission_from_a_role_ends_its_holders_tokens() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read", "org:update"]).await.unwrap();
    world.set_roles(&alice, &team, &bob, &["editor"]).await.unwrap();
    let before = world.access_of(&bob, &team).await.unwrap().position;

    let (wider, position) =
        world.update_role(&alice, &role, &["org:read", "org:update", "org:members:read"]).await.unwrap();
    assert_eq!((wider.permissions.len(), position), (3, 0));
    let (narrower, position) = world.update_role(&alice, &role, &["org:read"]).await.unwrap();
    assert_eq!(permissions(&narrower), ["org:read"]);
    assert!(position > before);
    let access = world.access_of(&bob, &team).await.unwrap();
    assert_eq!((access.permissions, access.position), (vec!["org:read".to_owned()], position));
}

#[tokio::test]
async fn an_edit_that_changes_nothing_leaves_the_role_as_it_was() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let wider = ["org:read", "org:update", "org:members:read"];
    let made = world.create_role(&alice, &team, "auditor", &wider).await.unwrap();
    let (made, before) = world.update_role(&alice, &made, &["org:read", "org:update"]).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    let (same, position) = world.update_role(&alice, &made, &["org:update", "org:read"]).await.unwrap();
    assert_eq!((same, position), (made.clone(), before), "dated as before, with a position to wait for");
    let all_as_it_is = proto::UpdateRoleRequest {
        organization_id: team.clone(),
        role_id: made.id.clone(),
        name: Some(made.name.clone()),
        description: Some(String::new()),
        permissions: None,
    };
    let answer = world.roles().update_role(world.by(&alice, all_as_it_is)).await.unwrap().into_inner();
    assert_eq!(answer.role, Some(made.clone()));
    assert_eq!(world.access_of(&alice, &team).await.unwrap().position, before, "no position was taken");

    let (changed, _) = world.update_role(&alice, &made, &["org:read"]).await.unwrap();
    assert_ne!(changed.updated_at, made.updated_at);
    assert_eq!(world.access_of(&alice, &team).await.unwrap().position, before + 1);
}

#[tokio::test]
async fn a_role_keeps_what_an_update_does_not_name() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let change = |name: Option<&str>, description: Option<&str>| proto::UpdateRoleRequest {
        organization_id: team.clone(),
        role_id: role.id.clone(),
        name: name.map(str::to_owned),
        description: description.map(str::to_owned),
        permissions: None,
    };
    let update = async |message| world.roles().update_role(world.by(&alice, message)).await.unwrap().into_inner();
    let described = update(change(Some(" Editors "), Some("Edit."))).await.role.unwrap();
    assert_eq!((described.name.as_str(), described.description.as_deref()), ("Editors", Some("Edit.")));
    let cleared = update(change(None, Some(""))).await.role.unwrap();
    assert_eq!((cleared.name.as_str(), cleared.description, cleared.permissions.len()), ("Editors", None, 1));
}

#[tokio::test]
async fn built_in_roles_stay_as_they_are() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let admin = proto::Role { id: role_id("org_admin"), organization_id: Some(team.clone()), ..Default::default() };
    assert_eq!(refused(world.update_role(&alice, &admin, &[]).await), "CANNOT_MODIFY_SYSTEM_ROLE");
    assert_eq!(refused(world.delete_role(&alice, &team, &admin.id).await), "CANNOT_MODIFY_SYSTEM_ROLE");
}

#[tokio::test]
async fn a_role_that_somebody_holds_or_is_offered_stays() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    world.set_roles(&alice, &team, &bob, &["editor"]).await.unwrap();
    assert_eq!(refused(world.delete_role(&alice, &team, &role.id).await), "ROLE_IN_USE");
    world.remove(&alice, &team, &bob).await.unwrap();
    world.delete_role(&alice, &team, &role.id).await.unwrap();
    assert_eq!(refused(world.delete_role(&alice, &team, &role.id).await), "ROLE_NOT_FOUND");

    let anew = world.create_role(&alice, &team, "editor", &["org:update"]).await.unwrap();
    assert_ne!(anew.id, role.id, "an offer of the old one does not give the new one");
}

#[tokio::test]
async fn only_whoever_may_makes_and_edits_roles() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let answer = world.create_role(&bob, &team, "mine", &["org:read"]).await;
    let status = answer.unwrap_err();
    assert_eq!(metadata(&status)["required_permission"], "org:roles:create");
    assert_eq!(metadata(&status)["held_roles"], "org_manager");
    assert_eq!(refused(world.update_role(&bob, &role, &["org:read"]).await), "INSUFFICIENT_PERMISSIONS");
    assert_eq!(refused(world.delete_role(&bob, &team, &role.id).await), "INSUFFICIENT_PERMISSIONS");
    let carol = world.person("carol").await;
    assert_eq!(refused(world.create_role(&carol, &team, "mine", &[]).await), "ORGANIZATION_NOT_FOUND");
}

#[tokio::test]
async fn nobody_grants_a_custom_role_above_their_own_reach() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let carol = world.person("carol").await;
    world.join(&team, &alice, &carol, &[]).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read", "org:update"]).await.unwrap();
    assert_eq!(refused(world.set_roles(&bob, &team, &carol, &["editor"]).await), "ROLE_ABOVE_CALLER");
    let mut offer = crate::world::offer(&team, &bob, &world.person("dave").await, &[]);
    offer.grant = Some(proto::RoleGrant { role_ids: vec![role.id.clone()], role: 0 });
    assert_eq!(refused(world.add(offer.clone()).await), "INVITE_REVOKED");

    // The same role within reach, and then grown above it: what was offered before is void.
    world.update_role(&alice, &role, &["org:read"]).await.unwrap();
    assert!(world.set_roles(&bob, &team, &carol, &["editor"]).await.is_ok());
    world.update_role(&alice, &role, &["org:read", "org:update"]).await.unwrap();
    assert_eq!(refused(world.add(offer).await), "INVITE_REVOKED");
    assert_eq!(refused(world.set_roles(&bob, &team, &carol, &["org_member"]).await), "ROLE_ABOVE_CALLER");
    assert_eq!(refused(world.remove(&bob, &team, &carol).await), "INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn roles_are_listed_after_the_built_in_ones_page_by_page() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    for code in ["delta", "beta", "alpha", "gamma"] {
        world.create_role(&alice, &team, code, &[]).await.unwrap();
    }
    for size in [1, 3, 6, 7, 50] {
        let (mut listed, mut token) = (Vec::new(), String::new());
        loop {
            let message = proto::ListRolesRequest { organization_id: team.clone(), page_size: size, page_token: token };
            let page = world.roles().list_roles(world.by(&alice, message)).await.unwrap().into_inner();
            listed.extend(page.roles.into_iter().map(|role| role.code));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(listed[6..], ["alpha", "beta", "delta", "gamma"], "{size}");
        assert_eq!(listed.len(), 10, "{size}");
    }
}

#[tokio::test]
async fn an_organization_has_at_most_two_hundred_custom_roles() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    for number in 0..200 {
        world.create_role(&alice, &team, &format!("role-{number}"), &[]).await.unwrap();
    }
    assert_eq!(refused(world.create_role(&alice, &team, "one-more", &[]).await), "CONFLICT");
}

#[tokio::test]
async fn whoever_deletes_a_role_and_whoever_gives_it_never_both_succeed() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    for round in 0..100 {
        let code = format!("round-{round}");
        let role = world.create_role(&alice, &team, &code, &["org:read"]).await.unwrap();
        let codes = [code.as_str()];
        let (deleted, given) =
            tokio::join!(world.delete_role(&alice, &team, &role.id), world.set_roles(&alice, &team, &bob, &codes));
        assert_ne!(deleted.is_ok(), given.is_ok(), "round {round}");
        let held = world.access_of(&bob, &team).await.unwrap().role_codes;
        assert_eq!(held.contains(&code), given.is_ok(), "round {round}");
    }
}
