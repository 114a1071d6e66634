//! What other services ask about users.

use contracts::identity::v1 as proto;
use contracts::identity::v1::user_service_client::UserServiceClient;
use service_kit::ErrorReason;

use crate::world::{World, reason};

#[tokio::test]
async fn users_that_exist_are_answered_and_others_left_out() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice@example.com").await, world.person("bob@example.com").await);
    let user_ids = vec![alice.id.clone(), uuid::Uuid::from_u128(1).to_string(), bob.id.clone(), bob.id.clone()];
    let answer = world.users().get_users(proto::GetUsersRequest { user_ids }).await.unwrap().into_inner();
    let mut found: Vec<String> = answer.users.into_iter().map(|user| user.email).collect();
    found.sort();
    assert_eq!(found, ["alice@example.com", "bob@example.com"]);
}

#[tokio::test]
async fn two_hundred_users_can_be_asked_for_and_no_more() {
    let world = World::new().await;
    let ids = |count: u128| (0..count).map(|n| uuid::Uuid::from_u128(n).to_string()).collect();
    assert!(world.users().get_users(proto::GetUsersRequest { user_ids: ids(200) }).await.is_ok());
    let refused = world.users().get_users(proto::GetUsersRequest { user_ids: ids(201) }).await;
    assert_eq!(reason(refused), ErrorReason::ValidationError);
    let refused = world.users().get_users(proto::GetUsersRequest { user_ids: vec!["bob".to_owned()] }).await;
    assert_eq!(reason(refused), ErrorReason::ValidationError);
}

#[tokio::test]
async fn users_are_told_to_services_alone() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let mut stranger = UserServiceClient::new(world.identity.in_process());
    let request = proto::GetUsersRequest { user_ids: vec![alice.id] };
    assert_eq!(reason(stranger.get_users(request.clone()).await), ErrorReason::Forbidden);
    let signed_in = test_kit::bearer(request, &alice.tokens.access_token);
    assert_eq!(reason(stranger.get_users(signed_in).await), ErrorReason::Forbidden);
}
