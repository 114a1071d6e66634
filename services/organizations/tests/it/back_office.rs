//! What the back office does to organizations and memberships.

use contracts::organizations::v1 as proto;

use crate::world::{Administrator, Answer, Person, World, codes, new_id, profile, refused, role_id};

async fn add(world: &World, by: &Administrator, team: &str, user_id: &str, roles: &[&str]) -> Answer<proto::Member> {
    let message = proto::AddExistingUserRequest {
        organization_id: team.to_owned(),
        user_id: user_id.to_owned(),
        role_ids: roles.iter().map(|code| role_id(code)).collect(),
    };
    Ok(world.membership_administration().add_existing_user(by.call(message)).await?.into_inner().member.unwrap())
}

async fn create(world: &World, by: &Administrator, owner_id: Option<&str>) -> Answer<proto::Organization> {
    let message = proto::CreateOrganizationForRequest {
        name: "Acme".to_owned(),
        slug: None,
        owner_id: owner_id.map(str::to_owned),
    };
    let answer = world.organization_administration().create_organization_for(by.call(message)).await?;
    Ok(answer.into_inner().organization.unwrap())
}

pub async fn suspend(world: &World, by: &Administrator, team: &str) -> Answer<proto::SuspendOrganizationResponse> {
    let message =
        proto::SuspendOrganizationRequest { organization_id: team.to_owned(), reason: Some("abuse".to_owned()) };
    Ok(world.organization_administration().suspend_organization(by.call(message)).await?.into_inner())
}

pub async fn reactivate(world: &World, by: &Administrator, team: &str) -> Answer<proto::Organization> {
    let message = proto::ReactivateOrganizationRequest { organization_id: team.to_owned(), reason: None };
    let answer = world.organization_administration().reactivate_organization(by.call(message)).await?;
    Ok(answer.into_inner().organization.unwrap())
}

async fn delete(world: &World, by: &Administrator, team: &str) -> Answer<i64> {
    let message = proto::DeleteAnyOrganizationRequest { organization_id: team.to_owned() };
    Ok(world.organization_administration().delete_any_organization(by.call(message)).await?.into_inner().position)
}

async fn get(world: &World, by: &Administrator, team: &str) -> Answer<proto::Organization> {
    let message = proto::GetAnyOrganizationRequest { organization_id: team.to_owned() };
    let answer = world.organization_administration().get_any_organization(by.call(message)).await?;
    Ok(answer.into_inner().organization.unwrap())
}

async fn set_roles(
    world: &World,
    by: &Administrator,
    team: &str,
    user: &Person,
    role_codes: &[&str],
) -> Answer<(proto::Member, i64)> {
    let message = proto::SetAnyMemberRolesRequest {
        organization_id: team.to_owned(),
        user_id: user.id.clone(),
        role_codes: role_codes.iter().map(ToString::to_string).collect(),
    };
    let answer = world.membership_administration().set_any_member_roles(by.call(message)).await?.into_inner();
    Ok((answer.member.unwrap(), answer.position))
}

async fn remove(world: &World, by: &Administrator, team: &str, user: &Person) -> Answer<i64> {
    let message = proto::RemoveAnyMemberRequest { organization_id: team.to_owned(), user_id: user.id.clone() };
    Ok(world.membership_administration().remove_any_member(by.call(message)).await?.into_inner().position)
}

async fn set_status(
    world: &World,
    by: &Administrator,
    team: &str,
    user: &Person,
    status: proto::MemberStatus,
) -> Answer<proto::Member> {
    let message = proto::SetAnyMemberStatusRequest {
        organization_id: team.to_owned(),
        user_id: user.id.clone(),
        status: status.into(),
    };
    let answer = world.membership_administration().set_any_member_status(by.call(message)).await?;
    Ok(answer.into_inner().member.unwrap())
}

#[tokio::test]
async fn the_database_decides_who_is_of_the_back_office() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let admin = world.administrator("super_admin").await;
    assert!(get(&world, &admin, &team).await.is_ok());

    let impostor = world.claiming(world.person("mallory").await, "system_admin");
    for team in [&team, &new_id()] {
        assert_eq!(refused(get(&world, &impostor, team).await), "FORBIDDEN");
        assert_eq!(refused(suspend(&world, &impostor, team).await), "FORBIDDEN");
        assert_eq!(refused(delete(&world, &impostor, team).await), "FORBIDDEN");
        assert_eq!(refused(add(&world, &impostor, team, &impostor.person.id, &["org_owner"]).await), "FORBIDDEN");
    }
    // Demoted or suspended while the token still says otherwise.
    world.record(profile(&admin.person, 3)).await;
    assert_eq!(refused(get(&world, &admin, &team).await), "FORBIDDEN");
    let other = world.administrator("system_admin").await;
    let suspended = proto::UserProfile {
        is_active: false,
        platform_roles: vec!["system_admin".to_owned()],
        ..profile(&other.person, 3)
    };
    world.record(suspended).await;
    assert_eq!(refused(get(&world, &other, &team).await), "FORBIDDEN");
}

#[tokio::test]
async fn an_organization_is_made_for_whoever_is_to_own_it() {
    let world = World::new().await;
    let admin = world.administrator("super_admin").await;
    let alice = world.person("alice").await;
    let team = create(&world, &admin, Some(&alice.id)).await.unwrap();
    assert_eq!(team.owner_id, alice.id);
    assert_eq!(world.access_of(&alice, &team.id).await.unwrap().role(), proto::OrgRole::Owner);
    assert_eq!(create(&world, &admin, None).await.unwrap().owner_id, admin.person.id);
    assert_eq!(refused(create(&world, &admin, Some(&new_id())).await), "USER_NOT_FOUND");
    assert_eq!(refused(create(&world, &admin, Some("alice")).await), "VALIDATION_ERROR");
    world.set_account(&alice, 2, false).await.unwrap();
    assert_eq!(refused(create(&world, &admin, Some(&alice.id)).await), "USER_SUSPENDED");
}

#[tokio::test]
async fn nobody_acts_for_a_suspended_organization_until_it_is_reactivated() {
    let world = World::new().await;
    let admin = world.administrator("super_admin").await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let suspended = suspend(&world, &admin, &team).await.unwrap();
    assert_eq!(suspended.organization.unwrap().status(), proto::OrganizationStatus::Suspended);
    assert!(suspended.position > 0);
    let again = suspend(&world, &admin, &team).await.unwrap();
    assert_eq!(again.position, suspended.position, "whoever repeats it can wait for it");

    assert_eq!(refused(world.get(&alice, &team).await), "ORGANIZATION_SUSPENDED");
    assert_eq!(refused(world.access_of(&bob, &team).await), "ORGANIZATION_SUSPENDED");
    assert_eq!(refused(world.leave(&bob, &team).await), "ORGANIZATION_SUSPENDED");
    assert_eq!(get(&world, &admin, &team).await.unwrap().id, team);
    assert_eq!(world.mine(&bob).await.len(), 2);

    for _ in 0..2 {
        let active = reactivate(&world, &admin, &team).await.unwrap();
        assert_eq!(active.status(), proto::OrganizationStatus::Active);
    }
    assert!(world.get(&alice, &team).await.is_ok());
    assert_eq!(refused(suspend(&world, &admin, &alice.personal).await), "PERSONAL_ORGANIZATION");
    assert_eq!(refused(suspend(&world, &admin, &new_id()).await), "ORGANIZATION_NOT_FOUND");
}

#[tokio::test]
async fn only_a_system_admin_deletes_and_everything_goes_with_it() {
    let world = World::new().await;
    let (admin, root) = (world.administrator("super_admin").await, world.administrator("system_admin").await);
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    assert_eq!(refused(delete(&world, &admin, &team).await), "FORBIDDEN");
    assert_eq!(refused(delete(&world, &root, &alice.personal).await), "PERSONAL_ORGANIZATION");
    assert!(delete(&world, &root, &team).await.unwrap() > 0);
    for person in [&alice, &bob] {
        assert_eq!(refused(world.get(person, &team).await), "ORGANIZATION_NOT_FOUND");
        assert_eq!(world.mine(person).await.len(), 1);
    }
    assert_eq!(refused(get(&world, &root, &team).await), "ORGANIZATION_NOT_FOUND");
    assert_eq!(refused(delete(&world, &root, &team).await), "ORGANIZATION_NOT_FOUND");
}

#[tokio::test]
async fn an_existing_user_is_added_once() {
    let world = World::new().await;
    let admin = world.administrator("super_admin").await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    let member = add(&world, &admin, &team, &bob.id, &[]).await.unwrap();
    assert_eq!(codes(&member.roles), ["org_member"]);
    assert_eq!(refused(add(&world, &admin, &team, &bob.id, &[]).await), "ALREADY_A_MEMBER");
    let carol = world.person("carol").await;
    assert_eq!(
        codes(&add(&world, &admin, &team, &carol.id, &["seller", "buyer"]).await.unwrap().roles),
        ["seller", "buyer"]
    );
    for (team, user_id, reason) in [
        (&team, &new_id(), "USER_NOT_FOUND"),
        (&new_id(), &bob.id, "ORGANIZATION_NOT_FOUND"),
        (&alice.personal, &bob.id, "PERSONAL_ORGANIZATION"),
    ] {
        assert_eq!(refused(add(&world, &admin, team, user_id, &[]).await), reason);
    }
    let dave = world.person("dave").await;
    world.set_account(&dave, 2, false).await.unwrap();
    assert_eq!(refused(add(&world, &admin, &team, &dave.id, &[]).await), "USER_SUSPENDED");
    world.depart(&dave).await.unwrap();
    assert_eq!(refused(add(&world, &admin, &team, &dave.id, &[]).await), "USER_NOT_FOUND");
}

#[tokio::test]
async fn the_back_office_is_above_every_role_and_still_leaves_an_owner() {
    let world = World::new().await;
    let admin = world.administrator("super_admin").await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    for refusal in [
        remove(&world, &admin, &team, &alice).await.map(|_| ()),
        set_roles(&world, &admin, &team, &alice, &["org_admin"]).await.map(|_| ()),
        set_status(&world, &admin, &team, &alice, proto::MemberStatus::Suspended).await.map(|_| ()),
    ] {
        assert_eq!(refused(refusal), "LAST_OWNER");
    }
    assert_eq!(refused(set_roles(&world, &admin, &team, &bob, &["system_admin"]).await), "ROLE_NOT_FOUND");
    let (member, position) = set_roles(&world, &admin, &team, &bob, &["org_owner"]).await.unwrap();
    assert_eq!(member.role(), proto::OrgRole::Owner);
    assert!(position > 0, "org_admin was taken");
    let suspended = set_status(&world, &admin, &team, &alice, proto::MemberStatus::Suspended).await.unwrap();
    assert_eq!(suspended.status(), proto::MemberStatus::Suspended);
    assert_eq!(refused(remove(&world, &admin, &team, &bob).await), "LAST_OWNER");
    assert!(remove(&world, &admin, &team, &alice).await.unwrap() > position);
    assert_eq!(refused(remove(&world, &admin, &team, &alice).await), "MEMBER_NOT_FOUND");
}

#[tokio::test]
async fn organizations_are_found_by_name_slug_and_status_the_newest_first() {
    let world = World::new().await;
    let admin = world.administrator("super_admin").await;
    let alice = world.person("alice").await;
    let mut teams = Vec::new();
    for name in ["Red Barn", "Blue Barn", "100% Barns_"] {
        world.clock.advance(std::time::Duration::from_millis(1));
        teams.push(world.create(&alice, name, None).await.unwrap());
    }
    suspend(&world, &admin, &teams[1].id).await.unwrap();
    let found = async |search: &str, status: proto::OrganizationStatus, page_size: i32| {
        let (mut found, mut page_token) = (Vec::new(), String::new());
        loop {
            let message = proto::ListOrganizationsRequest {
                search: search.to_owned(),
                status: status.into(),
                page_size,
                page_token,
            };
            let answer = world.organization_administration().list_organizations(admin.call(message)).await.unwrap();
            let answer = answer.into_inner();
            found.extend(answer.organizations.into_iter().map(|organization| organization.name));
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break found;
            }
        }
    };
    use proto::OrganizationStatus::{Active, Suspended, Unspecified};
    assert_eq!(found("bARN", Unspecified, 1).await, ["100% Barns_", "Blue Barn", "Red Barn"]);
    assert_eq!(found("barn", Active, 0).await, ["100% Barns_", "Red Barn"]);
    assert_eq!(found("barn", Suspended, 0).await, ["Blue Barn"]);
    assert_eq!(found("red-b", Unspecified, 0).await, ["Red Barn"]);
    assert_eq!(found("%", Unspecified, 0).await, ["100% Barns_"]);
    assert_eq!(found("_", Unspecified, 0).await, ["100% Barns_"]);
    assert!(found("nothing of the kind", Unspecified, 0).await.is_empty());
    assert_eq!(found("", Unspecified, 2).await.len(), 5, "personal ones as well");
}

#[tokio::test]
async fn other_services_hear_who_of_the_back_office_stands_at_this_moment() {
    let world = World::new().await;
    let is_allowed = async |user_id: &str| {
        let message = proto::AuthorizeBackOfficeRequest { user_id: user_id.to_owned() };
        world.access().authorize_back_office(message).await.unwrap().into_inner().is_allowed
    };
    let (mighty, other) = (world.administrator("system_admin").await, world.administrator("super_admin").await);
    assert!(is_allowed(&mighty.person.id).await && is_allowed(&other.person.id).await);
    assert!(!is_allowed(&world.person("alice").await.id).await);
    assert!(!is_allowed(&new_id()).await);

    world.record(profile(&mighty.person, 3)).await;
    assert!(!is_allowed(&mighty.person.id).await, "the role was taken");
    let platform_roles = vec!["super_admin".to_owned()];
    world.record(proto::UserProfile { is_active: false, platform_roles, ..profile(&other.person, 3) }).await;
    assert!(!is_allowed(&other.person.id).await, "the account is suspended");
    let message = proto::AuthorizeBackOfficeRequest { user_id: "x".to_owned() };
    assert_eq!(refused(world.access().authorize_back_office(message).await), "VALIDATION_ERROR");
}
