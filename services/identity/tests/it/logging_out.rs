//! Ending sessions.

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use test_kit::bearer;

use crate::world::{PASSWORD, World, reason};

async fn log_out(world: &World, refresh_token: &str) -> i64 {
    let request = proto::LogoutRequest { refresh_token: refresh_token.to_owned() };
    world.authentication().logout(request).await.unwrap().into_inner().position
}

#[tokio::test]
async fn logging_out_ends_the_session_and_takes_a_position() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let other = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();

    assert_eq!(log_out(&world, &alice.tokens.refresh_token).await, 1);
    assert_eq!(reason(world.refresh(&alice.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    assert_eq!(log_out(&world, &alice.tokens.refresh_token).await, 0);
    assert!(world.refresh(&other.refresh_token).await.is_ok(), "other sessions go on");
}

#[tokio::test]
async fn a_token_made_after_a_position_has_seen_it() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    assert_eq!(world.verified(&alice.tokens.access_token).asof.i, 0);
    let position = log_out(&world, &alice.tokens.refresh_token).await;
    let later = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();
    assert_eq!(world.verified(&later.access_token).asof.i, position);
}

#[tokio::test]
async fn a_used_token_still_ends_its_session() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let child = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    assert_ne!(log_out(&world, &alice.tokens.refresh_token).await, 0);
    assert_eq!(reason(world.refresh(&child.refresh_token).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn an_unknown_token_is_answered_alike() {
    let world = World::new().await;
    for token in ["", "nonsense", &"A".repeat(43)] {
        assert_eq!(log_out(&world, token).await, 0);
    }
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session_of_the_caller_alone() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let second = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();
    let bob = world.person("bob@example.com").await;

    let request = bearer(proto::LogoutAllRequest {}, &alice.tokens.access_token);
    let position = world.authentication().logout_all(request).await.unwrap().into_inner().position;
    assert_eq!(position, 1);
    for token in [&alice.tokens.refresh_token, &second.refresh_token] {
        assert_eq!(reason(world.refresh(token).await), ErrorReason::TokenRevoked);
    }
    assert!(world.refresh(&bob.tokens.refresh_token).await.is_ok());
    assert_eq!(reason(world.me(&alice.tokens.access_token).await), ErrorReason::TokenRevoked);
}
