//! Who enters the back office, and what is seen there.

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use tonic::Status;

use crate::world::{Person, World, address, reason};

pub async fn list(
    world: &World,
    by: &Person,
    request: proto::ListUsersRequest,
) -> Result<proto::ListUsersResponse, Status> {
    Ok(world.user_administration().list_users(by.call(request)).await?.into_inner())
}

pub async fn get(world: &World, by: &Person, user_id: &str) -> Result<proto::User, Status> {
    let request = proto::GetUserRequest { user_id: user_id.to_owned() };
    let answer = world.user_administration().get_user(by.call(request)).await?;
    Ok(answer.into_inner().user.unwrap())
}

async fn found(world: &World, by: &Person, search: &str) -> Vec<String> {
    let request = proto::ListUsersRequest { search: search.to_owned(), ..Default::default() };
    let users = list(world, by, request).await.unwrap().users;
    users.into_iter().map(|user| user.email).collect()
}

#[tokio::test]
async fn the_token_alone_opens_nothing_once_the_role_is_lost() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    let bob = world.administrator("bob@example.com", "super_admin").await;
    assert!(get(&world, &bob, &alice.id).await.is_ok());
    assert!(world.operator().await.revoke(&address("bob@example.com"), "super_admin").await.unwrap());
    assert!(world.verified(&bob.tokens.access_token).has_role("super_admin"), "the token still says so");
    assert_eq!(reason(get(&world, &bob, &alice.id).await), ErrorReason::Forbidden);
    assert_eq!(reason(list(&world, &bob, Default::default()).await), ErrorReason::Forbidden);
    let request = proto::RevokeUserSessionsRequest { user_id: alice.id.clone(), ..Default::default() };
    let refused = world.user_administration().revoke_user_sessions(bob.call(request)).await;
    assert_eq!(reason(refused), ErrorReason::Forbidden);
    assert!(world.me(&alice.tokens.access_token).await.is_ok());
}

#[tokio::test]
async fn an_ended_session_opens_nothing() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "system_admin").await;
    world.authentication().logout_all(alice.call(proto::LogoutAllRequest {})).await.unwrap();
    assert_eq!(reason(get(&world, &alice, &alice.id).await), ErrorReason::TokenRevoked);
    let request = proto::SuspendUserRequest { user_id: alice.id.clone(), ..Default::default() };
    assert_eq!(reason(world.user_administration().suspend_user(alice.call(request)).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn ordinary_users_are_refused_and_nobody_is_asked_to_sign_in() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    assert_eq!(reason(get(&world, &alice, &alice.id).await), ErrorReason::Forbidden);
    let nobody = world.user_administration().list_users(proto::ListUsersRequest::default()).await;
    assert_eq!(reason(nobody), ErrorReason::Unauthorized);
}

#[tokio::test]
async fn accounts_are_read_with_their_roles_and_unknown_ones_are_not_found() {
    let world = World::new().await;
    let alice = world.administrator("alice@example.com", "super_admin").await;
    let user = get(&world, &alice, &alice.id).await.unwrap();
    assert_eq!((user.email.as_str(), user.roles.as_slice()), ("alice@example.com", &["super_admin".to_owned()][..]));
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(reason(get(&world, &alice, unknown).await), ErrorReason::UserNotFound);
    assert_eq!(reason(get(&world, &alice, "alice").await), ErrorReason::ValidationError);
}

#[tokio::test]
async fn accounts_are_listed_each_once_the_newest_first() {
    let world = World::new().await;
    let mut expected = Vec::new();
    for number in 0..5 {
        world.clock.advance(std::time::Duration::from_millis(1));
        let email = format!("person{number}@example.com");
        world.person(&email).await;
        expected.insert(0, email);
    }
    world.clock.advance(std::time::Duration::from_millis(1));
    let admin = world.administrator("admin@example.com", "system_admin").await;
    expected.insert(0, "admin@example.com".to_owned());
    let (mut listed, mut page_token) = (Vec::new(), String::new());
    loop {
        let page = list(&world, &admin, proto::ListUsersRequest { page_size: 4, page_token, ..Default::default() });
        let page = page.await.unwrap();
        listed.extend(page.users.into_iter().map(|user| user.email));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn a_page_token_is_good_for_its_own_search_alone() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    world.person("alice@example.com").await;
    let first = list(&world, &admin, proto::ListUsersRequest { page_size: 1, ..Default::default() }).await.unwrap();
    let elsewhere = proto::ListUsersRequest {
        page_size: 1,
        page_token: first.next_page_token,
        search: "a".to_owned(),
        ..Default::default()
    };
    assert_eq!(reason(list(&world, &admin, elsewhere).await), ErrorReason::ValidationError);
}

#[tokio::test]
async fn accounts_are_found_by_the_beginning_of_the_address_or_a_part_of_a_name() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    for (email, first, last) in [("zoe.q@example.com", "Zoe", "Quick"), ("max_b@example.com", "Max", "100% Bold")] {
        let names = proto::RegisterRequest {
            first_name: Some(first.to_owned()),
            last_name: Some(last.to_owned()),
            ..crate::world::sign_up(email)
        };
        world.authentication().register(names).await.unwrap();
    }
    assert_eq!(found(&world, &admin, "ZOE.").await, ["zoe.q@example.com"]);
    assert_eq!(found(&world, &admin, " uick ").await, ["zoe.q@example.com"]);
    assert_eq!(found(&world, &admin, "example").await, Vec::<String>::new());
    assert_eq!(found(&world, &admin, "0% B").await, ["max_b@example.com"]);
    assert_eq!(found(&world, &admin, "%").await, ["max_b@example.com"], "a sign stands for itself");
    assert_eq!(found(&world, &admin, "max_").await, ["max_b@example.com"]);
    assert_eq!(found(&world, &admin, "_ax").await, Vec::<String>::new());
    let long = proto::ListUsersRequest { search: "x".repeat(255), ..Default::default() };
    assert_eq!(reason(list(&world, &admin, long).await), ErrorReason::ValidationError);
}

#[tokio::test]
async fn accounts_are_listed_by_status_and_deleted_ones_not_at_all() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "system_admin").await;
    let (bob, carol) = (world.person("bob@example.com").await, world.person("carol@example.com").await);
    crate::suspending::suspend(&world, &admin, &bob.id).await.unwrap();
    let password = crate::world::PASSWORD.to_owned();
    let deletion = proto::DeleteAccountRequest { password, confirmation: "DELETE".to_owned() };
    world.account().delete_account(carol.call(deletion)).await.unwrap();
    for (status, expected) in
        [(proto::UserStatus::Unspecified, 2), (proto::UserStatus::Active, 1), (proto::UserStatus::Suspended, 1)]
    {
        let request = proto::ListUsersRequest { status: status.into(), ..Default::default() };
        assert_eq!(list(&world, &admin, request).await.unwrap().users.len(), expected, "{status:?}");
    }
    assert_eq!(reason(get(&world, &admin, &carol.id).await), ErrorReason::UserNotFound);
}

#[tokio::test]
async fn revoked_sessions_end_and_the_account_stays_in_use() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "super_admin").await;
    let bob = world.person("bob@example.com").await;
    let request = proto::RevokeUserSessionsRequest { user_id: bob.id.clone(), ..Default::default() };
    let answer = world.user_administration().revoke_user_sessions(admin.call(request)).await.unwrap();
    assert!(answer.into_inner().position > 0);
    assert_eq!(reason(world.me(&bob.tokens.access_token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.refresh(&bob.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    assert!(world.log_in("bob@example.com", crate::world::PASSWORD).await.is_ok());
}
