//! The sessions that one sees and ends.

use std::collections::HashSet;
use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use test_kit::bearer;
use tonic::{Request, Status};

use crate::world::{PASSWORD, World, from, reason, sign_in};

async fn list_page(world: &World, access_token: &str, size: i32, token: &str) -> proto::ListSessionsResponse {
    let request = proto::ListSessionsRequest { page_size: size, page_token: token.to_owned() };
    world.sessions().list_sessions(bearer(request, access_token)).await.unwrap().into_inner()
}

async fn list(world: &World, access_token: &str) -> Vec<proto::Session> {
    list_page(world, access_token, 200, "").await.sessions
}

async fn end(world: &World, access_token: &str, session_id: &str) -> Result<i64, Status> {
    let request = proto::EndSessionRequest { session_id: session_id.to_owned() };
    Ok(world.sessions().end_session(bearer(request, access_token)).await?.into_inner().position)
}

async fn signed_in(world: &World, email: &str) -> proto::Tokens {
    world.clock.advance(Duration::from_millis(1));
    world.log_in(email, PASSWORD).await.unwrap().tokens.unwrap()
}

fn session_of(world: &World, tokens: &proto::Tokens) -> String {
    world.verified(&tokens.access_token).session_id.to_string()
}

#[tokio::test]
async fn ones_own_living_sessions_are_listed_newest_first() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.person("bob@example.com").await;
    let (second, third) = (signed_in(&world, "alice@example.com").await, signed_in(&world, "alice@example.com").await);

    let sessions = list(&world, &second.access_token).await;

    let ids: Vec<_> = sessions.iter().map(|session| session.id.clone()).collect();
    assert_eq!(ids, [&third, &second, &alice.tokens].map(|tokens| session_of(&world, tokens)));
    let current: Vec<_> = sessions.iter().map(|session| session.is_current).collect();
    assert_eq!(current, [false, true, false]);
}

#[tokio::test]
async fn a_session_tells_from_where_it_was_opened_and_when_it_was_used() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    let request = from("192.0.2.7", "Firefox", Request::new(sign_in("alice@example.com", PASSWORD)));
    let mut gateway = proto::authentication_service_client::AuthenticationServiceClient::new(
        world.identity.in_process().with_credential(&test_kit::service_secrets()),
    );
    let opened = world.clock.now();
    let tokens = gateway.login(request).await.unwrap().into_inner().tokens.unwrap();
    world.clock.advance(Duration::from_secs(60));
    let tokens = world.refresh(&tokens.refresh_token).await.unwrap().tokens.unwrap();

    let sessions = list(&world, &tokens.access_token).await;

    let session = sessions.iter().find(|session| session.is_current).unwrap();
    assert_eq!((session.ip_address.as_deref(), session.user_agent.as_deref()), (Some("192.0.2.7"), Some("Firefox")));
    assert_eq!(session.created_at, Some(opened.into()));
    assert_eq!(session.last_activity_at, Some(world.clock.now().into()));
}

#[tokio::test]
async fn pages_hold_every_session_once() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    for _ in 0..4 {
        signed_in(&world, "alice@example.com").await;
    }
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = list_page(&world, &alice.tokens.access_token, 2, &token).await;
        assert!(page.sessions.len() <= 2);
        seen.extend(page.sessions.into_iter().map(|session| session.id));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!((seen.len(), seen.iter().collect::<HashSet<_>>().len()), (5, 5));
}

#[tokio::test]
async fn a_page_token_of_somebody_else_is_refused() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice@example.com").await, world.person("bob@example.com").await);
    signed_in(&world, "alice@example.com").await;
    let token = list_page(&world, &alice.tokens.access_token, 1, "").await.next_page_token;
    assert!(!token.is_empty());
    let request = proto::ListSessionsRequest { page_size: 1, page_token: token };
    let answer = world.sessions().list_sessions(bearer(request, &bob.tokens.access_token)).await;
    assert_eq!(reason(answer), ErrorReason::ValidationError);
}

#[tokio::test]
async fn an_ended_session_is_gone_and_takes_a_position() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let other = signed_in(&world, "alice@example.com").await;
    let mine = &alice.tokens.access_token;

    assert_eq!(end(&world, mine, &session_of(&world, &other)).await.unwrap(), 1);

    assert_eq!(reason(world.refresh(&other.refresh_token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.me(&other.access_token).await), ErrorReason::TokenRevoked);
    let left: Vec<_> = list(&world, mine).await.into_iter().map(|session| session.id).collect();
    assert_eq!(left, [session_of(&world, &alice.tokens)]);
    assert_eq!(reason(end(&world, mine, &session_of(&world, &other)).await), ErrorReason::NotFound);
}

#[tokio::test]
async fn the_session_that_calls_can_end_itself() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    end(&world, &alice.tokens.access_token, &session_of(&world, &alice.tokens)).await.unwrap();
    assert_eq!(reason(world.refresh(&alice.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    let request = bearer(proto::ListSessionsRequest::default(), &alice.tokens.access_token);
    assert_eq!(reason(world.sessions().list_sessions(request).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn a_session_of_somebody_else_is_answered_like_one_that_never_was() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice@example.com").await, world.person("bob@example.com").await);
    let mine = &alice.tokens.access_token;

    let of_bob = end(&world, mine, &session_of(&world, &bob.tokens)).await.unwrap_err();
    let of_nobody = end(&world, mine, "018f0000-0000-7000-8000-0000000000aa").await.unwrap_err();

    assert_eq!(reason::<()>(Err(of_bob.clone())), ErrorReason::NotFound);
    assert_eq!((of_bob.code(), of_bob.message()), (of_nobody.code(), of_nobody.message()));
    assert!(world.refresh(&bob.tokens.refresh_token).await.is_ok());
}

#[tokio::test]
async fn what_is_no_id_is_refused_as_such() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    assert_eq!(reason(end(&world, &alice.tokens.access_token, "mine").await), ErrorReason::ValidationError);
}

#[tokio::test]
async fn the_hundred_and_first_session_ends_the_one_that_is_idle_for_longest() {
    let world = World::new().await;
    let first = world.person("alice@example.com").await.tokens;
    let second = signed_in(&world, "alice@example.com").await;
    for _ in 0..98 {
        signed_in(&world, "alice@example.com").await;
    }
    world.clock.advance(Duration::from_millis(1));
    let first = world.refresh(&first.refresh_token).await.expect("a hundred may live").tokens.unwrap();

    let newest = signed_in(&world, "alice@example.com").await;

    assert_eq!(list(&world, &newest.access_token).await.len(), 100);
    assert_eq!(reason(world.refresh(&second.refresh_token).await), ErrorReason::TokenRevoked);
    assert!(world.refresh(&first.refresh_token).await.is_ok(), "the first was active since");
    assert!(world.refresh(&newest.refresh_token).await.is_ok());
}
