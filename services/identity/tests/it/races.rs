//! Many callers at the same thing at the same time.

use std::collections::HashSet;
use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use tokio::task::JoinSet;

use crate::world::{PASSWORD, World, rows, sign_in, sign_up};

const ROUNDS: i64 = 150;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_refreshes_of_one_token_get_the_same_successor_each_round() {
    let world = World::new().await;
    let mut token = world.person("alice@example.com").await.tokens.refresh_token;
    for round in 0..ROUNDS {
        let mut calls = JoinSet::new();
        for _ in 0..50 {
            let (mut client, refresh_token) = (world.authentication(), token.clone());
            let request = proto::RefreshRequest { refresh_token, ..Default::default() };
            calls.spawn(async move { client.refresh(request).await });
        }
        let mut successors = HashSet::new();
        while let Some(answer) = calls.join_next().await {
            let answer = answer.unwrap().expect("every caller is served").into_inner();
            successors.insert(answer.tokens.unwrap().refresh_token);
        }
        assert_eq!(successors.len(), 1, "round {round}");
        token = successors.into_iter().next().unwrap();
    }
    let tokens = rows(&world, "SELECT COUNT(*) AS n FROM refresh_tokens").await;
    assert_eq!(tokens, ROUNDS + 1, "each token has one successor");
    let chained = "SELECT COUNT(DISTINCT parent_hash) AS n FROM refresh_tokens WHERE parent_hash IS NOT NULL";
    assert_eq!(rows(&world, chained).await, ROUNDS);
    assert_eq!(rows(&world, "SELECT COUNT(*) AS n FROM refresh_tokens WHERE used_ms IS NULL").await, 1);
    assert!(world.refresh(&token).await.is_ok(), "the session is alive");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_identical_sign_ups_make_one_user_and_one_organization_each_round() {
    let world = World::new().await;
    for round in 0..ROUNDS {
        let email = format!("person{round}@example.com");
        let mut calls = JoinSet::new();
        for _ in 0..50 {
            let (mut client, request) = (world.authentication(), sign_up(&email));
            calls.spawn(async move { client.register(request).await });
        }
        let mut users = HashSet::new();
        while let Some(answer) = calls.join_next().await {
            match answer.unwrap() {
                Ok(answer) => {
                    users.insert(answer.into_inner().user.unwrap().id);
                }
                Err(status) => assert_eq!(reason_of(&status), Some(ErrorReason::UserAlreadyExists), "{status:?}"),
            }
        }
        assert_eq!(users.len(), 1, "round {round}");
    }
    let personal = world.organizations.state().personal.clone();
    assert_eq!(i64::try_from(personal.len()).unwrap(), ROUNDS);
    let users: HashSet<_> = personal.into_iter().map(|(user, _)| user).collect();
    assert_eq!(i64::try_from(users.len()).unwrap(), ROUNDS, "each user has one organization");
    assert_eq!(rows(&world, "SELECT COUNT(*) AS n FROM users").await, ROUNDS);
    let mails = "SELECT COUNT(*) AS n FROM outbox WHERE topic <> 'provision'";
    assert_eq!(rows(&world, mails).await, ROUNDS, "each user gets one mail");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ins_beside_each_other_never_leave_more_than_a_hundred_sessions() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    for _ in 0..95 {
        world.log_in("alice@example.com", PASSWORD).await.unwrap();
    }
    for _ in 0..5 {
        world.clock.advance(Duration::from_millis(1));
        let mut calls = JoinSet::new();
        for _ in 0..20 {
            let mut client = world.authentication();
            calls.spawn(async move { client.login(sign_in("alice@example.com", PASSWORD)).await });
        }
        while let Some(answer) = calls.join_next().await {
            let tokens = answer.unwrap().unwrap().into_inner().tokens.unwrap();
            assert!(world.refresh(&tokens.refresh_token).await.is_ok(), "the newest stay");
        }
        assert_eq!(rows(&world, "SELECT COUNT(*) AS n FROM sessions WHERE ended_ms IS NULL").await, 100);
    }
    let ended = rows(&world, "SELECT COUNT(*) AS n FROM sessions WHERE ended_ms IS NOT NULL").await;
    assert_eq!(ended, 96);
    let told = rows(&world, "SELECT COUNT(*) AS n FROM narrowing_events WHERE kind = 'session'").await;
    assert_eq!(told, ended, "each end is told to verifiers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailed_link_is_used_by_one_of_many() {
    let world = World::new().await;
    for round in 0..5 {
        world.person(&format!("person{round}@example.com")).await;
        world.run_relay(1).await;
        let token = world.mails.last_token();
        let mut calls = JoinSet::new();
        for _ in 0..20 {
            let (mut client, request) = (world.account(), proto::VerifyEmailRequest { token: token.clone() });
            calls.spawn(async move { client.verify_email(request).await });
        }
        let mut proven = 0;
        while let Some(answer) = calls.join_next().await {
            match answer.unwrap() {
                Ok(_) => proven += 1,
                Err(status) => assert_eq!(reason_of(&status), Some(ErrorReason::LinkInvalid), "{status:?}"),
            }
        }
        assert_eq!(proven, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_beside_a_log_out_everywhere_is_ended_or_has_seen_it() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    for _ in 0..20 {
        let caller = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();
        let (mut one, mut other) = (world.authentication(), world.authentication());
        let everywhere = test_kit::bearer(proto::LogoutAllRequest {}, &caller.access_token);
        let (ended, signed_in) =
            tokio::join!(one.logout_all(everywhere), other.login(sign_in("alice@example.com", PASSWORD)));
        let position = ended.unwrap().into_inner().position;
        let tokens = signed_in.unwrap().into_inner().tokens.unwrap();
        let has_seen = world.verified(&tokens.access_token).asof.i >= position;
        let is_alive = world.refresh(&tokens.refresh_token).await.is_ok();
        assert_eq!(has_seen, is_alive);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_deletions_of_one_account_erase_it_once() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let request = proto::DeleteAccountRequest { password: PASSWORD.to_owned(), confirmation: "DELETE".to_owned() };
        let (mut client, request) = (world.account(), test_kit::bearer(request, &alice.tokens.access_token));
        calls.spawn(async move { client.delete_account(request).await });
    }
    let mut positions = HashSet::new();
    while let Some(answer) = calls.join_next().await {
        match answer.unwrap() {
            Ok(answer) => {
                positions.insert(answer.into_inner().position);
            }
            Err(status) => assert_eq!(reason_of(&status), Some(ErrorReason::TokenRevoked), "{status:?}"),
        }
    }
    assert_eq!(positions, HashSet::from([1]));
}
