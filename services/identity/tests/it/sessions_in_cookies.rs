//! Sessions whose tokens a browser keeps in cookies, out of reach of scripts.

use std::time::Duration;

use contracts::identity::v1 as proto;
use contracts::identity::v1::password_service_client::PasswordServiceClient;
use service_kit::ErrorReason;
use test_kit::{bearer, service_secrets};
use tonic::Status;

use crate::resetting_password::NEW_PASSWORD;
use crate::world::{PASSWORD, World, reason, sign_in, sign_up};

const ALICE: &str = "alice@example.com";

/// Who calls, and the refresh token that is said to have come in a cookie.
#[derive(Clone, Copy)]
enum From<'a> {
    Gateway(Option<&'a str>),
    Anybody(Option<&'a str>),
}

impl From<'_> {
    fn said(self) -> Option<String> {
        let (Self::Gateway(said) | Self::Anybody(said)) = self;
        said.map(str::to_owned)
    }
}

async fn switch(world: &World, from: From<'_>, access: &str) -> Result<proto::Tokens, Status> {
    let organization_id = world.verified(access).organization.unwrap().id.to_string();
    let request = proto::SwitchOrganizationRequest { organization_id, cookie_refresh_token: from.said() };
    let mut client = if matches!(from, From::Gateway(_)) { world.as_gateway() } else { world.authentication() };
    Ok(client.switch_organization(bearer(request, access)).await?.into_inner().tokens.unwrap())
}

async fn issue(world: &World, from: From<'_>, access: &str) -> Result<String, Status> {
    let organization_id = world.verified(access).organization.unwrap().id.to_string();
    let request = proto::IssueTokenRequest { organization_id, cookie_refresh_token: from.said() };
    let mut client = if matches!(from, From::Gateway(_)) { world.as_gateway() } else { world.authentication() };
    Ok(client.issue_token(bearer(request, access)).await?.into_inner().access_token)
}

async fn change(world: &World, from: From<'_>, access: &str) -> Result<proto::Tokens, Status> {
    let request = proto::ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: NEW_PASSWORD.to_owned(),
        cookie_refresh_token: from.said(),
    };
    let channel = world.identity.in_process();
    let mut client = match from {
        From::Gateway(_) => PasswordServiceClient::new(channel.with_credential(&service_secrets())),
        From::Anybody(_) => PasswordServiceClient::new(channel),
    };
    Ok(client.change_password(bearer(request, access)).await?.into_inner().tokens.unwrap())
}

/// As the gateway refreshes.
async fn refresh(world: &World, token: &str, by_cookie: bool) -> Result<proto::Tokens, Status> {
    let request = proto::RefreshRequest { refresh_token: token.to_owned(), by_cookie, ..Default::default() };
    Ok(world.as_gateway().refresh(request).await?.into_inner().tokens.unwrap())
}

/// Alice signs up and keeps her first session in cookies.
async fn in_cookies(world: &World) -> proto::Tokens {
    let request = proto::RegisterRequest { in_cookies: true, ..sign_up(ALICE) };
    world.as_gateway().register(request).await.unwrap().into_inner().tokens.unwrap()
}

async fn assert_refused(world: &World, from: From<'_>, access: &str) {
    assert_eq!(reason(switch(world, from, access).await), ErrorReason::Forbidden);
    assert_eq!(reason(issue(world, from, access).await), ErrorReason::Forbidden);
    assert_eq!(reason(change(world, from, access).await), ErrorReason::Forbidden);
}

#[tokio::test]
async fn whoever_holds_an_access_token_alone_gets_nothing_that_outlives_it() {
    let world = World::new().await;
    let kept = in_cookies(&world).await;
    let other = world.log_in(ALICE, PASSWORD).await.unwrap().tokens.unwrap();
    let lent = issue(&world, From::Gateway(Some(&kept.refresh_token)), &kept.access_token).await.unwrap();
    for access in [&lent, &kept.access_token] {
        for said in [None, Some(""), Some("nonsense"), Some(lent.as_str()), Some(other.refresh_token.as_str())] {
            assert_refused(&world, From::Gateway(said), access).await;
            assert_refused(&world, From::Anybody(said), access).await;
        }
        // Nobody but the gateway has to do with cookies.
        assert_refused(&world, From::Anybody(Some(&kept.refresh_token)), access).await;
    }
    assert!(world.log_in(ALICE, PASSWORD).await.is_ok(), "the password is as before");
    assert!(refresh(&world, &kept.refresh_token, true).await.is_ok(), "the session goes on");
}

#[tokio::test]
async fn with_its_cookies_a_session_is_switched_renewed_and_survives_a_new_password() {
    let world = World::new().await;
    let first = in_cookies(&world).await;
    let by_cookies = From::Gateway(Some(&first.refresh_token));
    assert!(issue(&world, by_cookies, &first.access_token).await.is_ok());
    let switched = switch(&world, by_cookies, &first.access_token).await.unwrap();
    let refreshed = refresh(&world, &switched.refresh_token, true).await.unwrap();
    let changed = change(&world, From::Gateway(Some(&refreshed.refresh_token)), &refreshed.access_token).await.unwrap();
    assert_eq!(reason(refresh(&world, &changed.refresh_token, false).await), ErrorReason::Forbidden);
    assert!(refresh(&world, &changed.refresh_token, true).await.is_ok());
}

#[tokio::test]
async fn a_sign_in_may_open_one_as_well() {
    let world = World::new().await;
    world.person(ALICE).await;
    let request = proto::LoginRequest { in_cookies: true, ..sign_in(ALICE, PASSWORD) };
    let kept = world.as_gateway().login(request).await.unwrap().into_inner().tokens.unwrap();
    assert_refused(&world, From::Gateway(None), &kept.access_token).await;
    assert!(refresh(&world, &kept.refresh_token, true).await.is_ok());
}

#[tokio::test]
async fn its_refresh_token_out_of_a_body_renews_nothing_and_is_not_used_up() {
    let world = World::new().await;
    let kept = in_cookies(&world).await;
    assert_eq!(reason(refresh(&world, &kept.refresh_token, false).await), ErrorReason::Forbidden);
    let claimed =
        proto::RefreshRequest { refresh_token: kept.refresh_token.clone(), by_cookie: true, ..Default::default() };
    assert_eq!(reason(world.authentication().refresh(claimed).await), ErrorReason::Forbidden);
    world.clock.advance(Duration::from_secs(60));
    assert!(refresh(&world, &kept.refresh_token, true).await.is_ok());
}

#[tokio::test]
async fn a_spent_refresh_token_is_no_proof_beyond_the_grace() {
    let world = World::new().await;
    let kept = in_cookies(&world).await;
    let renewed = refresh(&world, &kept.refresh_token, true).await.unwrap();
    // A second tab that had sent its cookies already.
    assert!(issue(&world, From::Gateway(Some(&kept.refresh_token)), &kept.access_token).await.is_ok());
    world.clock.advance(Duration::from_millis(10_001));
    assert_refused(&world, From::Gateway(Some(&kept.refresh_token)), &renewed.access_token).await;
    assert!(issue(&world, From::Gateway(Some(&renewed.refresh_token)), &renewed.access_token).await.is_ok());
}

#[tokio::test]
async fn a_spent_refresh_token_ends_the_session_however_it_comes() {
    let world = World::new().await;
    let kept = in_cookies(&world).await;
    let renewed = refresh(&world, &kept.refresh_token, true).await.unwrap();
    world.clock.advance(Duration::from_millis(10_001));
    assert_eq!(reason(refresh(&world, &kept.refresh_token, false).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(refresh(&world, &renewed.refresh_token, true).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn a_session_kept_otherwise_takes_no_call_by_cookie() {
    let world = World::new().await;
    let own = world.person(ALICE).await.tokens;
    for said in [Some(""), Some(own.refresh_token.as_str())] {
        assert_refused(&world, From::Gateway(said), &own.access_token).await;
    }
    assert_eq!(reason(refresh(&world, &own.refresh_token, true).await), ErrorReason::Forbidden);
    assert!(switch(&world, From::Gateway(None), &own.access_token).await.is_ok());
    assert!(refresh(&world, &own.refresh_token, false).await.is_ok());
}

#[tokio::test]
async fn what_anybody_but_the_gateway_says_of_cookies_is_not_heard() {
    let world = World::new().await;
    let request = proto::RegisterRequest { in_cookies: true, ..sign_up(ALICE) };
    let own = world.authentication().register(request).await.unwrap().into_inner().tokens.unwrap();
    let request = proto::LoginRequest { in_cookies: true, ..sign_in(ALICE, PASSWORD) };
    let other = world.authentication().login(request).await.unwrap().into_inner().tokens.unwrap();
    for tokens in [own, other] {
        assert!(issue(&world, From::Anybody(Some("")), &tokens.access_token).await.is_ok());
        assert!(switch(&world, From::Anybody(Some("")), &tokens.access_token).await.is_ok());
        let request =
            proto::RefreshRequest { refresh_token: tokens.refresh_token, by_cookie: true, ..Default::default() };
        assert!(world.authentication().refresh(request).await.is_ok());
    }
}

#[tokio::test]
async fn an_access_token_alone_may_end_it() {
    let world = World::new().await;
    let kept = in_cookies(&world).await;
    let session_id = world.verified(&kept.access_token).session_id.to_string();
    let end = bearer(proto::EndSessionRequest { session_id }, &kept.access_token);
    world.sessions().end_session(end).await.unwrap();
    assert_eq!(reason(refresh(&world, &kept.refresh_token, true).await), ErrorReason::TokenRevoked);

    let request = proto::LoginRequest { in_cookies: true, ..sign_in(ALICE, PASSWORD) };
    let kept = world.as_gateway().login(request).await.unwrap().into_inner().tokens.unwrap();
    let logout = proto::LogoutRequest { refresh_token: kept.refresh_token.clone() };
    world.authentication().logout(logout).await.unwrap();
    assert_eq!(reason(refresh(&world, &kept.refresh_token, true).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn the_export_tells_how_a_session_is_kept() {
    let world = World::new().await;
    in_cookies(&world).await;
    let own = world.log_in(ALICE, PASSWORD).await.unwrap().tokens.unwrap();
    let exported = world.account().export_me(bearer(proto::ExportMeRequest {}, &own.access_token)).await.unwrap();
    let mut kept: Vec<bool> = exported.into_inner().sessions.iter().map(|session| session.in_cookies).collect();
    kept.sort_unstable();
    assert_eq!(kept, [false, true]);
}
