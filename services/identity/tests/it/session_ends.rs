//! Sessions whose time is over.

use std::time::Duration;

use contracts::identity::v1 as proto;
use identity::{Lifetime, SessionLifetimes};
use service_kit::ErrorReason;
use test_kit::bearer;

use crate::world::{PASSWORD, World, reason, sign_in};

const DAY: Duration = Duration::from_secs(24 * 3600);
const MOMENT: Duration = Duration::from_millis(1);

async fn short_lives() -> World {
    World::with(|settings| {
        settings.session_lifetimes =
            SessionLifetimes { plain: Lifetime::days(2, 3).unwrap(), remembered: Lifetime::days(4, 6).unwrap() };
    })
    .await
}

async fn remembered(world: &World) -> proto::Tokens {
    let request = proto::LoginRequest { remember_me: true, ..sign_in("alice@example.com", PASSWORD) };
    world.authentication().login(request).await.unwrap().into_inner().tokens.unwrap()
}

#[tokio::test]
async fn a_session_left_idle_has_expired() {
    let world = short_lives().await;
    let plain = world.person("alice@example.com").await.tokens.refresh_token;
    let remembered = remembered(&world).await.refresh_token;
    world.clock.advance(DAY * 2 - MOMENT);
    let plain = world.refresh(&plain).await.expect("still alive").tokens.unwrap().refresh_token;
    world.clock.advance(MOMENT * 2);
    assert!(world.refresh(&plain).await.is_ok(), "a refresh counts as activity");
    world.clock.advance(DAY * 2 - MOMENT);
    assert_eq!(reason(world.refresh(&remembered).await), ErrorReason::TokenExpired);
}

#[tokio::test]
async fn activity_does_not_lengthen_the_whole_life() {
    let world = short_lives().await;
    let mut token = world.person("alice@example.com").await.tokens.refresh_token;
    for _ in 0..2 {
        world.clock.advance(DAY);
        token = world.refresh(&token).await.unwrap().tokens.unwrap().refresh_token;
    }
    world.clock.advance(DAY);
    assert_eq!(reason(world.refresh(&token).await), ErrorReason::TokenExpired);
}

#[tokio::test]
async fn switching_counts_as_activity() {
    let world = short_lives().await;
    let alice = world.person("alice@example.com").await;
    world.clock.advance(DAY * 2 - MOMENT);
    let tokens = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    // On the edge of the access token's life, so that what counts is the switch and not the refresh.
    world.clock.advance(Duration::from_secs(290));
    let request =
        proto::SwitchOrganizationRequest { organization_id: alice.personal_organization.clone(), ..Default::default() };
    let switched = world.authentication().switch_organization(bearer(request, &tokens.access_token)).await.unwrap();
    let access_token = switched.into_inner().tokens.unwrap().access_token;
    let listed = world.sessions().list_sessions(bearer(proto::ListSessionsRequest::default(), &access_token)).await;
    assert_eq!(listed.unwrap().into_inner().sessions[0].last_activity_at, Some(world.clock.now().into()));
}

#[tokio::test]
async fn an_ended_session_is_revoked_and_not_expired() {
    let world = short_lives().await;
    let alice = world.person("alice@example.com").await;
    let request = proto::LogoutRequest { refresh_token: alice.tokens.refresh_token.clone() };
    world.authentication().logout(request).await.unwrap();
    world.clock.advance(DAY * 2);
    assert_eq!(reason(world.refresh(&alice.tokens.refresh_token).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn expired_sessions_are_neither_listed_nor_ended() {
    let world = short_lives().await;
    let old = world.person("alice@example.com").await.tokens.access_token;
    let old = world.verified(&old).session_id.to_string();
    world.clock.advance(DAY * 2);
    let new = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();
    let listed = world.sessions().list_sessions(bearer(proto::ListSessionsRequest::default(), &new.access_token)).await;
    let listed = listed.unwrap().into_inner().sessions;
    assert_eq!(listed.iter().map(|session| session.is_current).collect::<Vec<_>>(), [true]);
    let request = bearer(proto::EndSessionRequest { session_id: old }, &new.access_token);
    assert_eq!(reason(world.sessions().end_session(request).await), ErrorReason::NotFound);
}

#[tokio::test]
async fn tokens_tell_how_long_their_session_can_last() {
    let world = short_lives().await;
    let plain = world.person("alice@example.com").await.tokens;
    let day = i64::try_from(DAY.as_secs()).unwrap();
    assert_eq!((plain.is_remembered, plain.session_expires_in), (false, 3 * day));
    let remembered = remembered(&world).await;
    assert_eq!((remembered.is_remembered, remembered.session_expires_in), (true, 6 * day));
    world.clock.advance(DAY);
    let remembered = world.refresh(&remembered.refresh_token).await.unwrap().tokens.unwrap();
    assert_eq!((remembered.is_remembered, remembered.session_expires_in), (true, 5 * day));
}
