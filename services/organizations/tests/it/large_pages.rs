//! Lists whose entries are as large as they can be, read by clients that take 4 MiB and no more.

use contracts::organizations::v1 as proto;
use prost::Message;
use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value};
use service_kit::pages::LARGEST_PAGE;

use crate::permissions::register;
use crate::world::{Administrator, Person, World, refused};

/// What a page takes beside its entries: its token, and a tag and a length for each entry.
const AROUND_ENTRIES: usize = 2048;
const ROLES: usize = 20;

/// As many permissions as fit into a token, with as much text as the catalog takes; answers their codes.
async fn fill_catalog(world: &World, root: &Administrator) -> Vec<String> {
    let letters = "abcdefghijklmnopqrstuvwxyz";
    let codes: Vec<String> = letters.chars().flat_map(|a| letters.chars().map(move |b| format!("{a}:{b}"))).collect();
    let codes = &codes[..166];
    for (service, slice) in [("ab", &codes[..83]), ("cd", &codes[83..])] {
        let permissions = slice.iter().map(|code| proto::PermissionDefinition {
            code: code.clone(),
            name: "🦀".repeat(100),
            description: Some("🦀".repeat(96)),
            category: None,
            org_assignable: true,
        });
        register(world, root, service, permissions.collect(), false).await.unwrap();
    }
    codes.to_vec()
}

/// Roles that hold all that services have registered, with texts as long as they can be.
async fn make_roles(world: &World, owner: &Person, team: &str, count: usize, permissions: &[String]) -> Vec<String> {
    let codes: Vec<String> = (0..count).map(|number| format!("role-{number:02}")).collect();
    for code in &codes {
        let message = proto::CreateRoleRequest {
            organization_id: team.to_owned(),
            code: code.clone(),
            name: "🦀".repeat(100),
            description: Some("🦀".repeat(500)),
            permission_codes: permissions.to_vec(),
        };
        world.roles().create_role(world.by(owner, message)).await.unwrap();
    }
    codes
}

async fn make_metadata_large(world: &World, owner: &Person, organization_id: &str) {
    let zero = Value { kind: Some(Kind::NumberValue(0.0)) };
    let zeros = Kind::ListValue(ListValue { values: vec![zero; 4090] });
    let metadata = Struct { fields: [("k".to_owned(), Value { kind: Some(zeros) })].into() };
    let message = proto::UpdateOrganizationRequest {
        organization_id: organization_id.to_owned(),
        profile: Some(proto::OrganizationProfile { metadata: Some(metadata), ..Default::default() }),
        ..Default::default()
    };
    world.organizations().update_organization(world.by(owner, message)).await.unwrap();
}

fn texts(codes: &[String]) -> Vec<&str> {
    codes.iter().map(String::as_str).collect()
}

/// Walks a list in pages of two hundred and answers the ids, and how many pages it took.
async fn walk<Answer: Message>(
    read: impl AsyncFn(String) -> Answer,
    told: impl Fn(Answer) -> (Vec<String>, String),
) -> (Vec<String>, usize) {
    let (mut all, mut pages, mut token) = (Vec::new(), 0, String::new());
    loop {
        let answer = read(token).await;
        assert!(answer.encoded_len() <= LARGEST_PAGE + AROUND_ENTRIES, "{} bytes", answer.encoded_len());
        let (ids, next) = told(answer);
        assert!(!ids.is_empty());
        all.extend(ids);
        (token, pages) = (next, pages + 1);
        if token.is_empty() {
            return (all, pages);
        }
    }
}

async fn walk_members(world: &World, by: &Person, team: &str) -> (Vec<String>, usize) {
    let read = async |page_token| {
        let organization_id = team.to_owned();
        let message = proto::ListMembersRequest { organization_id, page_size: 200, page_token, filter: None };
        world.memberships().list_members(world.by(by, message)).await.unwrap().into_inner()
    };
    let ids = |answer: proto::ListMembersResponse| {
        (answer.members.into_iter().map(|member| member.user_id).collect(), answer.next_page_token)
    };
    walk(read, ids).await
}

#[tokio::test]
async fn members_who_hold_as_much_as_one_can_are_each_listed_once_in_answers_that_clients_take() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let permissions = fill_catalog(&world, &root).await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let roles = make_roles(&world, &alice, &team, ROLES, &permissions).await;
    let mut expected = vec![alice.id.clone()];
    for number in 0..12 {
        let person = world.person(&format!("person{number}")).await;
        world.join(&team, &alice, &person, &["seller"]).await;
        // By turns as many roles as one can hold, and a few.
        let held = if number % 3 == 0 { &roles[..] } else { &roles[..number / 2] };
        if !held.is_empty() {
            world.set_roles(&alice, &team, &person, &texts(held)).await.unwrap();
        }
        expected.push(person.id);
    }
    let (listed, pages) = walk_members(&world, &alice, &team).await;
    assert_eq!(listed, expected);
    assert!(pages > 4, "{pages}");

    let read = async |page_token| {
        let organization_id = team.clone();
        let message = proto::ListAnyMembersRequest { organization_id, page_size: 200, page_token, filter: None };
        world.membership_administration().list_any_members(root.call(message)).await.unwrap().into_inner()
    };
    let ids = |answer: proto::ListAnyMembersResponse| {
        (answer.members.into_iter().map(|member| member.user_id).collect(), answer.next_page_token)
    };
    assert_eq!(walk(read, ids).await, (expected, pages));
}

#[tokio::test]
async fn roles_that_hold_everything_are_each_listed_once_in_answers_that_clients_take() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let permissions = fill_catalog(&world, &root).await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let made = make_roles(&world, &alice, &team, 2 * ROLES, &permissions).await;
    let read = async |page_token| {
        let message = proto::ListRolesRequest { organization_id: team.clone(), page_size: 200, page_token };
        world.roles().list_roles(world.by(&alice, message)).await.unwrap().into_inner()
    };
    let codes = |answer: proto::ListRolesResponse| {
        (answer.roles.into_iter().map(|role| role.code).collect(), answer.next_page_token)
    };
    let (listed, pages) = walk(read, codes).await;
    let built_in = ["org_owner", "org_admin", "org_manager", "seller", "buyer", "org_member"].map(str::to_owned);
    assert_eq!(listed, [&built_in[..], &made].concat());
    assert_eq!(pages, 2);
}

#[tokio::test]
async fn organizations_that_say_as_much_as_they_can_are_each_listed_once_in_answers_that_clients_take() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let permissions = fill_catalog(&world, &root).await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let mut expected = vec![bob.personal.clone()];
    for number in 0..80 {
        let team = world.team(&alice).await;
        world.join(&team, &alice, &bob, &[]).await;
        make_metadata_large(&world, &alice, &team).await;
        if number < 2 {
            let roles = make_roles(&world, &alice, &team, ROLES, &permissions).await;
            world.set_roles(&alice, &team, &bob, &texts(&roles)).await.unwrap();
        }
        expected.push(team);
    }
    let read = async |page_token| {
        let message = proto::ListMyOrganizationsRequest { page_size: 200, page_token };
        world.organizations().list_my_organizations(world.by(&bob, message)).await.unwrap().into_inner()
    };
    let ids = |answer: proto::ListMyOrganizationsResponse| {
        let ids = answer.organizations.into_iter().map(|mine| mine.organization.unwrap().id);
        (ids.collect(), answer.next_page_token)
    };
    let (listed, pages) = walk(read, ids).await;
    assert_eq!(listed, expected);
    assert!(pages >= 4, "{pages}");

    let read = async |page_token| {
        let message = proto::ListOrganizationsRequest { page_size: 200, page_token, ..Default::default() };
        world.organization_administration().list_organizations(root.call(message)).await.unwrap().into_inner()
    };
    let ids = |answer: proto::ListOrganizationsResponse| {
        (answer.organizations.into_iter().map(|it| it.id).collect(), answer.next_page_token)
    };
    let (listed, pages) = walk(read, ids).await;
    let personal_ones = 3;
    assert_eq!((listed.len(), pages), (80 + personal_ones, 2));
    assert!(expected.iter().all(|id| listed.iter().filter(|listed| *listed == id).count() == 1));
}

#[tokio::test]
async fn all_texts_of_the_catalog_are_bounded_together() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    fill_catalog(&world, &root).await;
    let of = |name: &str| {
        let description = Some("🦀".repeat(500));
        let name = name.to_owned();
        vec![proto::PermissionDefinition {
            code: "a:a".to_owned(),
            name,
            description,
            category: None,
            org_assignable: true,
        }]
    };
    // In the place of the first slice, which leaves room.
    register(&world, &root, "ab", of("Some"), false).await.unwrap();
    let many = (0..60).flat_map(|number| {
        of("More").into_iter().map(move |it| proto::PermissionDefinition { code: format!("z:{number}"), ..it })
    });
    assert_eq!(refused(register(&world, &root, "ef", many.collect(), false).await), "CONFLICT");
}
