//! The catalog that services fill.

use contracts::organizations::v1 as proto;

use crate::world::{Administrator, Answer, World, metadata, refused};

pub fn definition(code: &str) -> proto::PermissionDefinition {
    proto::PermissionDefinition {
        code: code.to_owned(),
        name: code.to_owned(),
        description: None,
        category: None,
        org_assignable: true,
    }
}

pub async fn register(
    world: &World,
    by: &Administrator,
    service: &str,
    permissions: Vec<proto::PermissionDefinition>,
    force: bool,
) -> Answer<proto::RegisterPermissionsResponse> {
    let message = proto::RegisterPermissionsRequest { service: service.to_owned(), permissions, force };
    Ok(world.permission_administration().register_permissions(by.call(message)).await?.into_inner())
}

#[tokio::test]
async fn what_a_service_registers_can_be_given_and_asked_for() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    let items = vec![definition("items:publish"), definition("items:read")];
    let answer = register(&world, &root, "catalog", items.clone(), false).await.unwrap();
    assert_eq!(answer.added, ["items:publish", "items:read"]);
    assert_eq!(answer.permissions[0].category, "catalog");
    let again = register(&world, &root, "catalog", items, false).await.unwrap();
    assert!(again.added.is_empty() && again.changed.is_empty() && again.pruned.is_empty() && again.position == 0);

    world.create_role(&alice, &team, "publisher", &["items:publish"]).await.unwrap();
    world.set_roles(&alice, &team, &bob, &["publisher"]).await.unwrap();
    assert_eq!(world.access_of(&bob, &team).await.unwrap().permissions, ["items:publish"]);
    assert!(world.access_of(&alice, &team).await.unwrap().permissions.contains(&"items:read".to_owned()));
    let ask = async |user_id: &str, permission: &str| {
        let message = proto::AuthorizeRequest {
            user_id: user_id.to_owned(),
            organization_id: team.clone(),
            permission: permission.to_owned(),
            grant: None,
        };
        world.access().authorize(message).await
    };
    assert!(ask(&bob.id, "items:publish").await.is_ok());
    assert!(ask(&alice.id, "items:read").await.is_ok(), "owners hold all that there is");
    assert_eq!(refused(ask(&bob.id, "items:read").await), "INSUFFICIENT_PERMISSIONS");
    assert_eq!(refused(ask(&alice.id, "items:burn").await), "VALIDATION_ERROR", "nobody knows it");
}

#[tokio::test]
async fn assignable_permissions_are_listed_by_code_page_by_page() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let closed = proto::PermissionDefinition { org_assignable: false, ..definition("items:burn") };
    register(&world, &root, "catalog", vec![definition("items:read"), closed], false).await.unwrap();
    let message = |page_size, page_token: &str| proto::ListAssignablePermissionsRequest {
        organization_id: team.clone(),
        page_size,
        page_token: page_token.to_owned(),
    };
    let (mut listed, mut token) = (Vec::new(), String::new());
    loop {
        let request = world.by(&alice, message(4, &token));
        let page = world.roles().list_assignable_permissions(request).await.unwrap().into_inner();
        listed.extend(page.permissions.into_iter().map(|permission| permission.code));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(listed.first().unwrap(), "items:read");
    assert_eq!(listed.len(), 10);
    assert!(listed.is_sorted() && !listed.contains(&"org:roles:read".to_owned()));
    assert_eq!(refused(world.create_role(&alice, &team, "burner", &["items:burn"]).await), "PERMISSION_NOT_ASSIGNABLE");
    let by_manager = world.roles().list_assignable_permissions(world.by(&bob, message(0, ""))).await;
    assert_eq!(refused(by_manager), "INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn pruning_what_roles_hold_takes_force() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    register(&world, &root, "catalog", vec![definition("items:publish"), definition("items:read")], false)
        .await
        .unwrap();
    world.create_role(&alice, &team, "publisher", &["items:publish", "org:read"]).await.unwrap();
    world.set_roles(&alice, &team, &bob, &["publisher"]).await.unwrap();

    let refusal = register(&world, &root, "catalog", vec![definition("items:read")], false).await.unwrap_err();
    assert_eq!(metadata(&refusal)["permissions"], "items:publish");
    assert_eq!(refused(Err::<(), _>(refusal)), "CONFLICT");
    let unassignable = proto::PermissionDefinition { org_assignable: false, ..definition("items:publish") };
    let refusal = register(&world, &root, "catalog", vec![unassignable, definition("items:read")], false).await;
    assert_eq!(refused(refusal), "CONFLICT");
    assert_eq!(world.access_of(&bob, &team).await.unwrap().permissions, ["items:publish", "org:read"]);

    let forced = register(&world, &root, "catalog", vec![definition("items:read")], true).await.unwrap();
    assert_eq!(forced.pruned, ["items:publish"]);
    let access = world.access_of(&bob, &team).await.unwrap();
    assert_eq!((access.permissions, access.position), (vec!["org:read".to_owned()], forced.position));
    let again = register(&world, &root, "catalog", vec![definition("items:read")], true).await.unwrap();
    assert_eq!((again.pruned.len(), again.position), (0, forced.position));
    // Registered anew it is another permission: nobody holds it by an old grant.
    register(&world, &root, "catalog", vec![definition("items:publish")], true).await.unwrap();
    assert_eq!(world.access_of(&bob, &team).await.unwrap().permissions, ["org:read"]);
}

#[tokio::test]
async fn slices_are_kept_apart_and_the_core_is_closed() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    register(&world, &root, "catalog", vec![definition("items:read")], false).await.unwrap();
    register(&world, &root, "sales", vec![definition("sales:read")], false).await.unwrap();
    for (service, code, reason) in [
        ("core", "items:write", "FORBIDDEN"),
        ("sales", "items:read", "CONFLICT"),
        ("sales", "org:members:read", "CONFLICT"),
        ("sales", "org:anything", "CONFLICT"),
        ("sales", "SALES:READ", "VALIDATION_ERROR"),
        ("sales", "sales:*", "VALIDATION_ERROR"),
        ("sales", "sales", "VALIDATION_ERROR"),
        ("Sales", "sales:read", "VALIDATION_ERROR"),
        ("", "sales:read", "VALIDATION_ERROR"),
    ] {
        let answer = register(&world, &root, service, vec![definition(code)], true).await;
        assert_eq!(refused(answer), reason, "{service} {code}");
    }
    let doubled = vec![definition("sales:read"), definition("sales:read")];
    assert_eq!(refused(register(&world, &root, "sales", doubled, false).await), "VALIDATION_ERROR");
    let many = (0..101).map(|number| definition(&format!("s:{number}"))).collect();
    assert_eq!(refused(register(&world, &root, "sales", many, false).await), "VALIDATION_ERROR");
    let emptied = register(&world, &root, "sales", Vec::new(), false).await.unwrap();
    assert_eq!(emptied.pruned, ["sales:read"]);
}

#[tokio::test]
async fn only_a_system_admin_registers() {
    let world = World::new().await;
    let admin = world.administrator("super_admin").await;
    assert_eq!(refused(register(&world, &admin, "catalog", Vec::new(), false).await), "FORBIDDEN");
    let impostor = world.claiming(world.person("mallory").await, "system_admin");
    assert_eq!(refused(register(&world, &impostor, "catalog", Vec::new(), false).await), "FORBIDDEN");
}

#[tokio::test]
async fn whoever_prunes_and_whoever_assigns_never_leave_a_role_with_what_is_gone() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    for round in 0..60 {
        register(&world, &root, "catalog", vec![definition("items:read")], true).await.unwrap();
        let code = format!("round-{round}");
        let (pruned, made) = tokio::join!(
            register(&world, &root, "catalog", Vec::new(), false),
            world.create_role(&alice, &team, &code, &["items:read"])
        );
        assert_ne!(pruned.is_ok(), made.is_ok(), "round {round}");
        register(&world, &root, "catalog", Vec::new(), true).await.unwrap();
        if made.is_ok() {
            world.set_roles(&alice, &team, &bob, &[&code]).await.unwrap();
            assert!(world.access_of(&bob, &team).await.unwrap().permissions.is_empty(), "round {round}");
        }
    }
}

#[tokio::test]
async fn services_that_register_at_once_leave_the_slice_of_one_of_them() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    for round in 0..50 {
        register(&world, &root, "catalog", Vec::new(), true).await.unwrap();
        let (one, other) = tokio::join!(
            register(&world, &root, "catalog", vec![definition("items:a"), definition("items:b")], false),
            register(&world, &root, "catalog", vec![definition("items:b"), definition("items:c")], false)
        );
        let (one, other) = (one.unwrap(), other.unwrap());
        let last = register(&world, &root, "catalog", Vec::new(), true).await.unwrap();
        assert!(
            [["items:a", "items:b"], ["items:b", "items:c"]].iter().any(|slice| last.pruned == *slice),
            "{round}: {last:?}"
        );
        assert_eq!(one.added.len() + other.added.len(), 3, "{round}");
    }
}

#[tokio::test]
async fn an_edit_of_a_role_brings_nothing_back_that_was_pruned_meanwhile() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    let items = || vec![definition("items:read")];
    for round in 0..60 {
        register(&world, &root, "catalog", items(), true).await.unwrap();
        let code = format!("round-{round}");
        let role = world.create_role(&alice, &team, &code, &["items:read", "org:read"]).await.unwrap();
        world.set_roles(&alice, &team, &bob, &[&code]).await.unwrap();
        let rename = proto::UpdateRoleRequest {
            organization_id: team.clone(),
            role_id: role.id.clone(),
            name: Some("Renamed".to_owned()),
            ..Default::default()
        };
        let mut roles = world.roles();
        let (pruned, renamed) = tokio::join!(
            register(&world, &root, "catalog", Vec::new(), true),
            roles.update_role(world.by(&alice, rename))
        );
        assert!(pruned.is_ok() && renamed.is_ok(), "round {round}");
        register(&world, &root, "catalog", items(), true).await.unwrap();
        assert_eq!(world.access_of(&bob, &team).await.unwrap().permissions, ["org:read"], "round {round}");
    }
}
