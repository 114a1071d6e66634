use contracts::organizations::v1 as proto;

use crate::world::{Answer, Person, World, codes, grant, metadata, new_id, refused};

async fn authorize(
    world: &World,
    user: &Person,
    organization_id: &str,
    permission: &str,
    grant: Option<proto::RoleGrant>,
) -> Answer<proto::AuthorizeResponse> {
    let request = proto::AuthorizeRequest {
        user_id: user.id.clone(),
        organization_id: organization_id.to_owned(),
        permission: permission.to_owned(),
        grant,
    };
    Ok(world.access().authorize(request).await?.into_inner())
}

#[tokio::test]
async fn access_says_everything_that_a_token_says() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller", "org_manager"]).await;
    let access = world.access_of(&bob, &team).await.unwrap();
    assert_eq!(access.role(), proto::OrgRole::Member);
    assert_eq!(access.role_codes, ["org_manager", "seller"]);
    let expected = ["org:billing:read", "org:members:invite", "org:members:read", "org:members:update", "org:read"];
    assert_eq!(access.permissions, expected);
    let organization = access.organization.unwrap();
    assert_eq!((organization.id.as_str(), organization.owner_id.as_str()), (team.as_str(), alice.id.as_str()));
    assert_eq!(world.access_of(&alice, &team).await.unwrap().role(), proto::OrgRole::Owner);
}

#[tokio::test]
async fn access_carries_the_position_of_the_latest_narrowing() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let before = world.access_of(&bob, &team).await.unwrap().position;
    let (_, narrowed) = world.set_roles(&alice, &team, &bob, &["buyer"]).await.unwrap();
    assert_eq!(narrowed, before + 1);
    assert_eq!(world.access_of(&bob, &team).await.unwrap().position, narrowed);
}

#[tokio::test]
async fn authorization_names_the_missing_permission_and_the_roles_held() {
    let world = World::new().await;
    let (_, bob, team) = world.alice_and_bob(&["org_manager", "buyer"]).await;
    assert!(authorize(&world, &bob, &team, "org:billing:read", None).await.unwrap().granted_roles.is_empty());
    let refusal = authorize(&world, &bob, &team, "org:billing:manage", None).await.unwrap_err();
    assert_eq!(metadata(&refusal)["required_permission"], "org:billing:manage");
    assert_eq!(metadata(&refusal)["held_roles"], "org_manager,buyer");
    assert_eq!(refused::<()>(Err(refusal)), "INSUFFICIENT_PERMISSIONS");
    assert_eq!(refused(authorize(&world, &bob, &team, "org:everything", None).await), "VALIDATION_ERROR");
    assert_eq!(refused(authorize(&world, &bob, &new_id(), "org:read", None).await), "ORGANIZATION_NOT_FOUND");
}

#[tokio::test]
async fn authorization_answers_the_roles_that_a_grant_stands_for() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let invite = "org:members:invite";
    let answer = authorize(&world, &bob, &team, invite, Some(grant(&[]))).await.unwrap();
    assert_eq!(codes(&answer.granted_roles), ["org_member"]);
    let answer = authorize(&world, &bob, &team, invite, Some(grant(&["seller", "org_manager"]))).await.unwrap();
    assert_eq!(codes(&answer.granted_roles), ["org_manager", "seller"]);

    let owner = proto::RoleGrant { role: proto::OrgRole::Owner.into(), ..grant(&["seller"]) };
    let answer = authorize(&world, &alice, &team, invite, Some(owner.clone())).await.unwrap();
    assert_eq!(codes(&answer.granted_roles), ["org_owner", "seller"]);
    assert_eq!(refused(authorize(&world, &bob, &team, invite, Some(owner)).await), "ROLE_ABOVE_CALLER");
    assert_eq!(refused(authorize(&world, &bob, &team, invite, Some(grant(&["org_admin"]))).await), "ROLE_ABOVE_CALLER");
}

#[tokio::test]
async fn administrators_do_not_grant_ownership() {
    let world = World::new().await;
    let (_, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let owner = Some(grant(&["org_owner"]));
    assert_eq!(refused(authorize(&world, &bob, &team, "org:members:invite", owner).await), "ROLE_ABOVE_CALLER");
}

#[tokio::test]
async fn grants_of_roles_that_do_not_exist_are_refused() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let invite = "org:members:invite";
    let unknown = proto::RoleGrant { role_ids: vec![new_id()], role: 0 };
    assert_eq!(refused(authorize(&world, &alice, &team, invite, Some(unknown)).await), "ROLE_NOT_FOUND");
    let malformed = proto::RoleGrant { role_ids: vec!["seller".to_owned()], role: 0 };
    assert_eq!(refused(authorize(&world, &alice, &team, invite, Some(malformed)).await), "VALIDATION_ERROR");
    let many = proto::RoleGrant { role_ids: (0..21).map(|_| new_id()).collect(), role: 0 };
    assert_eq!(refused(authorize(&world, &alice, &team, invite, Some(many)).await), "VALIDATION_ERROR");
    let unreadable = proto::RoleGrant { role_ids: Vec::new(), role: 77 };
    assert_eq!(refused(authorize(&world, &alice, &team, invite, Some(unreadable)).await), "VALIDATION_ERROR");
}

#[tokio::test]
async fn nothing_is_granted_in_a_personal_organization() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let answer = authorize(&world, &alice, &alice.personal, "org:members:invite", Some(grant(&[]))).await;
    assert_eq!(refused(answer), "PERSONAL_ORGANIZATION");
    assert!(authorize(&world, &alice, &alice.personal, "org:billing:manage", None).await.is_ok());
}

#[tokio::test]
async fn an_organization_is_looked_up_whoever_belongs_to_it_until_it_is_gone() {
    let world = World::new().await;
    let (alice, _, team) = world.alice_and_bob(&["buyer"]).await;
    let look_up = async |organization_id: &str| {
        let request = proto::LookUpOrganizationRequest { organization_id: organization_id.to_owned() };
        world.access().look_up_organization(request).await.map(|answer| answer.into_inner().status())
    };
    assert_eq!(look_up(&team).await.unwrap(), proto::OrganizationStatus::Active);
    assert_eq!(refused(look_up(&new_id()).await), "ORGANIZATION_NOT_FOUND");
    assert_eq!(refused(look_up("acme").await), "VALIDATION_ERROR");

    let own = world.team(&alice).await;
    world.delete(&alice, &own).await.unwrap();
    assert_eq!(refused(look_up(&own).await), "ORGANIZATION_NOT_FOUND");
}
