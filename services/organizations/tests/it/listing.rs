use contracts::organizations::v1 as proto;

use crate::world::{Person, World, codes, refused};

async fn page(world: &World, by: &Person, team: &str, size: i32, token: &str) -> proto::ListMembersResponse {
    let message = proto::ListMembersRequest {
        organization_id: team.to_owned(),
        page_size: size,
        page_token: token.to_owned(),
        filter: None,
    };
    world.memberships().list_members(world.by(by, message)).await.unwrap().into_inner()
}

#[tokio::test]
async fn members_are_listed_each_once_in_the_order_of_joining() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let mut expected = vec![alice.id.clone()];
    for number in 0..6 {
        let person = world.person(&format!("person{number}")).await;
        world.join(&team, &alice, &person, &["seller", "buyer"]).await;
        expected.push(person.id);
    }
    let (mut listed, mut token) = (Vec::new(), String::new());
    loop {
        let answer = page(&world, &alice, &team, 3, &token).await;
        assert!(answer.members.len() <= 3);
        listed.extend(answer.members.into_iter().map(|member| member.user_id));
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn a_member_is_listed_with_roles_and_profile() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller", "org_manager"]).await;
    world.record(proto::UserProfile { display_name: Some("Bob".to_owned()), ..crate::world::profile(&bob, 2) }).await;
    let member = world.members(&alice, &team).await.unwrap().pop().unwrap();
    assert_eq!(codes(&member.roles), ["org_manager", "seller"]);
    assert_eq!((member.role(), member.status()), (proto::OrgRole::Member, proto::MemberStatus::Active));
    let user = member.user.unwrap();
    assert_eq!((user.email.as_str(), user.display_name.as_deref()), ("bob@example.com", Some("Bob")));
    let manager = &member.roles[0];
    assert_eq!(manager.r#type(), proto::RoleType::System);
    let invite = manager.permissions.iter().find(|permission| permission.code == "org:members:invite").unwrap();
    assert_eq!((invite.resource.as_str(), invite.action.as_str()), ("org:members", "invite"));
}

#[tokio::test]
async fn page_tokens_are_good_for_their_own_list_alone() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let other = world.team(&alice).await;
    world.join(&other, &alice, &bob, &[]).await;
    let token = page(&world, &alice, &team, 1, "").await.next_page_token;
    for (organization_id, page_token) in [(other, token.clone()), (team.clone(), format!("{token}A"))] {
        let message = proto::ListMembersRequest { organization_id, page_size: 1, page_token, filter: None };
        let answer = world.memberships().list_members(world.by(&alice, message)).await;
        assert_eq!(refused(answer), "VALIDATION_ERROR");
    }
    for page_size in [-1, 201] {
        let message = proto::ListMembersRequest {
            organization_id: team.clone(),
            page_size,
            page_token: String::new(),
            filter: None,
        };
        let answer = world.memberships().list_members(world.by(&alice, message)).await;
        assert_eq!(refused(answer), "VALIDATION_ERROR");
    }
}

#[tokio::test]
async fn the_personal_organization_is_listed_first_and_the_others_in_the_order_of_joining() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let mut expected = vec![bob.personal.clone()];
    for number in 0..5 {
        let team = if number % 2 == 0 { world.team(&bob).await } else { world.team(&alice).await };
        if number % 2 == 1 {
            world.join(&team, &alice, &bob, &["seller"]).await;
        }
        expected.push(team);
    }
    let (mut listed, mut token) = (Vec::new(), String::new());
    loop {
        let message = proto::ListMyOrganizationsRequest { page_size: 2, page_token: token };
        let answer = world.organizations().list_my_organizations(world.by(&bob, message)).await.unwrap().into_inner();
        listed.extend(answer.organizations);
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let ids: Vec<String> = listed.iter().map(|mine| mine.organization.clone().unwrap().id).collect();
    assert_eq!(ids, expected);
    assert_eq!(listed[1].role(), proto::OrgRole::Owner);
    assert_eq!(listed[1].organization.clone().unwrap().owner_id, bob.id);
    assert_eq!((listed[2].role(), codes(&listed[2].roles)), (proto::OrgRole::Member, vec!["seller"]));
    assert_eq!(listed[2].organization.clone().unwrap().owner_id, alice.id);
}

#[tokio::test]
async fn roles_are_listed_for_whoever_may_read_them() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let first = proto::ListRolesRequest { organization_id: team.clone(), page_size: 4, page_token: String::new() };
    let answer = world.roles().list_roles(world.by(&alice, first.clone())).await.unwrap().into_inner();
    assert_eq!(codes(&answer.roles), ["org_owner", "org_admin", "org_manager", "seller"]);
    let rest = proto::ListRolesRequest { page_token: answer.next_page_token, ..first.clone() };
    let answer = world.roles().list_roles(world.by(&alice, rest)).await.unwrap().into_inner();
    assert_eq!((codes(&answer.roles), answer.next_page_token.as_str()), (vec!["buyer", "org_member"], ""));
    assert_eq!(refused(world.roles().list_roles(world.by(&bob, first)).await), "INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn the_back_office_sees_where_anybody_belongs() {
    let world = World::new().await;
    let (_, bob, team) = world.alice_and_bob(&["seller"]).await;
    let about = |user_id: &str, page_size, page_token: &str| proto::ListUserOrganizationsRequest {
        user_id: user_id.to_owned(),
        page_size,
        page_token: page_token.to_owned(),
    };
    let (admin, other) = (world.administrator("super_admin").await, world.administrator("system_admin").await);
    let mut client = world.membership_administration();
    let (mut listed, mut token) = (Vec::new(), String::new());
    loop {
        let request = admin.call(about(&bob.id, 1, &token));
        let page = client.list_user_organizations(request).await.unwrap().into_inner();
        listed.extend(page.organizations.into_iter().map(|mine| mine.organization.unwrap().id));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(listed, [bob.personal.clone(), team]);
    let nobody = other.call(about(&crate::world::new_id(), 0, ""));
    assert!(client.list_user_organizations(nobody).await.unwrap().into_inner().organizations.is_empty());
    let by_oneself = world.by(&bob, about(&bob.id, 0, ""));
    assert_eq!(refused(client.list_user_organizations(by_oneself).await), "FORBIDDEN");
}
