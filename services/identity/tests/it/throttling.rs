//! How often somebody may try.

use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use test_kit::bearer;
use tokio::task::JoinSet;
use tonic::{Request, Status};
use tonic_types::StatusExt;

use crate::resetting_password::{NEW_PASSWORD, reset};
use crate::world::{PASSWORD, World, from, reason, sign_in, sign_up};

const ALICE: &str = "alice@example.com";
const WRONG: &str = "something else entirely";

async fn fail(world: &World, email: &str) -> Status {
    world.log_in(email, WRONG).await.unwrap_err()
}

/// Fails until there is something to wait for; answers how many times.
async fn exhaust(world: &World, email: &str) -> usize {
    for failures in 0.. {
        let refusal = fail(world, email).await;
        if reason_of(&refusal) == Some(ErrorReason::RateLimited) {
            return failures;
        }
    }
    unreachable!()
}

fn wait_of(refusal: &Status) -> Duration {
    refusal.get_details_retry_info().and_then(|info| info.retry_delay).expect("a time to wait")
}

async fn log_in_from(world: &World, ip: &str, email: &str, password: &str) -> Result<proto::LoginResponse, Status> {
    let request = from(ip, "", Request::new(sign_in(email, password)));
    world.as_gateway().login(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn after_a_few_failures_each_costs_twice_the_waiting() {
    let world = World::throttling().await;
    world.person(ALICE).await;
    assert_eq!(exhaust(&world, ALICE).await, 6);
    for seconds in [1, 2, 4, 8] {
        let refusal = world.log_in(ALICE, PASSWORD).await.unwrap_err();
        assert_eq!(reason_of(&refusal), Some(ErrorReason::RateLimited), "the right password waits as well");
        assert_eq!(wait_of(&refusal), Duration::from_secs(seconds));
        world.clock.advance(Duration::from_secs(seconds));
        assert_eq!(reason_of(&fail(&world, ALICE).await), Some(ErrorReason::InvalidCredentials));
    }
    world.clock.advance(Duration::from_secs(16));
    assert!(world.log_in(ALICE, PASSWORD).await.is_ok());
    assert_eq!(exhaust(&world, ALICE).await, 6, "whoever gets in begins anew");
}

#[tokio::test]
async fn an_address_without_an_account_is_throttled_alike() {
    let world = World::throttling().await;
    world.person(ALICE).await;
    assert_eq!(exhaust(&world, ALICE).await, exhaust(&world, "nobody@example.com").await);
    let (known, unknown) = (fail(&world, ALICE).await, fail(&world, "nobody@example.com").await);
    assert_eq!((known.message(), wait_of(&known)), (unknown.message(), wait_of(&unknown)));
}

#[tokio::test]
async fn a_hundred_failures_are_never_reached_and_a_new_password_ends_the_wait() {
    let world = World::throttling().await;
    world.proven(ALICE).await;
    let mut failures = 0;
    for _ in 0..300 {
        let refusal = fail(&world, ALICE).await;
        match reason_of(&refusal) {
            Some(ErrorReason::InvalidCredentials) => failures += 1,
            _ => world.clock.advance(wait_of(&refusal)),
        }
    }
    assert_eq!(failures, 99);
    assert_eq!(reason(world.log_in(ALICE, PASSWORD).await), ErrorReason::RateLimited);

    let ask = proto::RequestPasswordResetRequest { email: ALICE.to_owned() };
    world.passwords().request_password_reset(ask).await.unwrap();
    world.run_relay(2).await;
    reset(&world, &world.mails.last_reset_token(), NEW_PASSWORD).await.unwrap();
    assert!(world.log_in(ALICE, NEW_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_known_device_is_not_made_to_wait_for_what_others_do() {
    let world = World::throttling().await;
    world.person(ALICE).await;
    let device_token = world.log_in(ALICE, PASSWORD).await.unwrap().device_token;
    let bob = world.person("bob@example.com").await;
    let of_bob = world.log_in("bob@example.com", PASSWORD).await.unwrap().device_token;
    exhaust(&world, ALICE).await;
    let with = async |token: &str, password: &str| {
        let request = proto::LoginRequest { device_token: token.to_owned(), ..sign_in(ALICE, password) };
        world.authentication().login(request).await
    };
    let renewed = with(&device_token, PASSWORD).await.unwrap().into_inner().device_token;
    exhaust(&world, ALICE).await;
    assert!(with(&renewed, PASSWORD).await.is_ok());
    for forged in ["", "nonsense", &of_bob, &bob.tokens.refresh_token] {
        assert_eq!(reason(with(forged, PASSWORD).await), ErrorReason::RateLimited, "{forged}");
    }

    // A device that was stolen has its own count.
    for _ in 0..6 {
        assert_eq!(reason(with(&renewed, WRONG).await), ErrorReason::InvalidCredentials);
    }
    assert_eq!(reason(with(&renewed, PASSWORD).await), ErrorReason::RateLimited);
}

#[tokio::test]
async fn whoever_has_a_living_session_of_the_account_is_not_made_to_wait_either() {
    let world = World::throttling().await;
    let alice = world.person(ALICE).await;
    let bob = world.person("bob@example.com").await;
    exhaust(&world, ALICE).await;
    let with =
        async |token: &str| world.authentication().login(bearer(sign_in(ALICE, PASSWORD), token)).await.map(|_| ());
    assert_eq!(reason(with(&bob.tokens.access_token).await), ErrorReason::RateLimited);
    assert_eq!(reason(with("nonsense").await), ErrorReason::RateLimited);
    assert!(with(&alice.tokens.access_token).await.is_ok());

    exhaust(&world, ALICE).await;
    let logout = proto::LogoutRequest { refresh_token: alice.tokens.refresh_token };
    world.authentication().logout(logout).await.unwrap();
    assert_eq!(reason(with(&alice.tokens.access_token).await), ErrorReason::RateLimited, "the session has ended");
}

#[tokio::test]
async fn the_device_that_signed_up_is_known() {
    let world = World::throttling().await;
    let device_token = world.register(ALICE).await.unwrap().device_token;
    exhaust(&world, ALICE).await;
    let request = proto::LoginRequest { device_token, ..sign_in(ALICE, PASSWORD) };
    assert!(world.authentication().login(request).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_get_no_more_tries_than_one_after_the_other() {
    let world = World::throttling().await;
    for round in 0..20 {
        let email = format!("target{round}@example.com");
        let mut calls = JoinSet::new();
        for number in 0..30 {
            let request = from(&format!("10.0.{round}.{number}"), "", Request::new(sign_in(&email, WRONG)));
            let mut caller = world.as_gateway();
            calls.spawn(async move { caller.login(request).await });
        }
        let mut tried = 0;
        while let Some(answer) = calls.join_next().await {
            match reason(answer.unwrap()) {
                ErrorReason::InvalidCredentials => tried += 1,
                other => assert_eq!(other, ErrorReason::RateLimited),
            }
        }
        assert_eq!(tried, 6);
    }
}

#[tokio::test]
async fn a_network_has_its_own_limit_over_all_accounts_and_success_costs_nothing() {
    let world = World::throttling().await;
    world.person(ALICE).await;
    for number in 0..60 {
        let email = format!("friend{number}@example.com");
        let request = from(&format!("10.1.0.{number}"), "", Request::new(sign_up(&email)));
        world.as_gateway().register(request).await.unwrap();
        log_in_from(&world, "192.0.2.1", &email, PASSWORD).await.unwrap();
    }
    let mut tried = 0;
    let refusal = loop {
        let refusal = log_in_from(&world, "192.0.2.1", &format!("user{tried}@example.com"), WRONG).await.unwrap_err();
        if reason_of(&refusal) == Some(ErrorReason::RateLimited) {
            break refusal;
        }
        tried += 1;
    };
    assert_eq!(tried, 60);
    assert_eq!(reason(log_in_from(&world, "192.0.2.1", ALICE, PASSWORD).await), ErrorReason::RateLimited);
    assert!(log_in_from(&world, "192.0.2.2", ALICE, PASSWORD).await.is_ok());
    world.clock.advance(wait_of(&refusal));
    assert!(log_in_from(&world, "192.0.2.1", ALICE, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn an_ipv6_network_is_one_whatever_the_address_in_it() {
    let world = World::throttling().await;
    for number in 0..60 {
        let ip = format!("2001:db8:1:2::{number:x}");
        let answer = log_in_from(&world, &ip, &format!("user{number}@example.com"), WRONG).await;
        assert_eq!(reason(answer), ErrorReason::InvalidCredentials);
    }
    let inside = log_in_from(&world, "2001:db8:1:2:ffff::1", "another@example.com", WRONG).await;
    assert_eq!(reason(inside), ErrorReason::RateLimited);
    let beside = log_in_from(&world, "2001:db8:1:3::1", "another@example.com", WRONG).await;
    assert_eq!(reason(beside), ErrorReason::InvalidCredentials);
}

#[tokio::test]
async fn whoever_is_no_service_cannot_say_where_they_are() {
    let world = World::throttling().await;
    for number in 0..61 {
        let email = format!("user{number}@example.com");
        let request = from(&format!("10.0.0.{number}"), "", Request::new(sign_in(&email, WRONG)));
        let expected = if number < 60 { ErrorReason::InvalidCredentials } else { ErrorReason::RateLimited };
        assert_eq!(reason(world.authentication().login(request).await), expected);
    }
}

#[tokio::test]
async fn sign_ins_to_one_account_are_limited_even_when_they_succeed() {
    let world = World::throttling().await;
    world.person(ALICE).await;
    for _ in 0..30 {
        world.log_in(ALICE, PASSWORD).await.unwrap();
    }
    let refusal = world.log_in(ALICE, PASSWORD).await.unwrap_err();
    assert_eq!(reason_of(&refusal), Some(ErrorReason::RateLimited));
    world.clock.advance(wait_of(&refusal));
    assert!(world.log_in(ALICE, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_sign_up_that_is_repeated_does_not_lend_itself_to_guessing() {
    let world = World::throttling().await;
    world.organizations.state().access_is_down = true;
    assert!(world.register(ALICE).await.is_err(), "the account is made and nobody signed in to it");
    world.organizations.state().access_is_down = false;
    let guess = proto::RegisterRequest { password: NEW_PASSWORD.to_owned(), ..sign_up(ALICE) };
    for _ in 0..6 {
        let refused = world.authentication().register(guess.clone()).await;
        assert_eq!(reason(refused), ErrorReason::UserAlreadyExists);
    }
    assert_eq!(reason(world.authentication().register(guess).await), ErrorReason::RateLimited);
    world.clock.advance(Duration::from_secs(1));
    assert!(world.register(ALICE).await.is_ok());
}

#[tokio::test]
async fn sign_ups_from_one_network_are_limited() {
    let world = World::throttling().await;
    for number in 0..30 {
        world.register(&format!("user{number}@example.com")).await.unwrap();
    }
    assert_eq!(reason(world.register("late@example.com").await), ErrorReason::RateLimited);
    let elsewhere = from("192.0.2.1", "", Request::new(sign_up("late@example.com")));
    assert!(world.as_gateway().register(elsewhere).await.is_ok());
}

#[tokio::test]
async fn an_address_is_not_flooded_and_nobody_is_told() {
    let world = World::throttling().await;
    world.proven(ALICE).await;
    for _ in 0..8 {
        let ask = proto::RequestPasswordResetRequest { email: ALICE.to_owned() };
        world.passwords().request_password_reset(ask).await.unwrap();
        while world.identity.relay().unwrap().run_once().await > 0 {}
    }
    assert_eq!(world.mails.subjects_to(ALICE).len(), 1 + 5);
}

#[tokio::test]
async fn asks_from_one_network_are_limited() {
    let world = World::throttling().await;
    let ask = async |number: usize| {
        let email = format!("user{number}@example.com");
        world.passwords().request_password_reset(proto::RequestPasswordResetRequest { email }).await
    };
    for number in 0..30 {
        ask(number).await.unwrap();
    }
    assert_eq!(reason(ask(30).await), ErrorReason::RateLimited);
}

#[tokio::test]
async fn a_session_that_was_taken_over_does_not_lend_itself_to_guessing() {
    let world = World::throttling().await;
    let token = world.person(ALICE).await.tokens.access_token;
    let change = async |current: &str| {
        let request = proto::ChangePasswordRequest {
            current_password: current.to_owned(),
            new_password: NEW_PASSWORD.to_owned(),
            ..Default::default()
        };
        world.passwords().change_password(bearer(request, &token)).await
    };
    for _ in 0..6 {
        assert_eq!(reason(change(WRONG).await), ErrorReason::InvalidCredentials);
    }
    assert_eq!(reason(change(PASSWORD).await), ErrorReason::RateLimited);
    assert!(world.log_in(ALICE, PASSWORD).await.is_ok(), "the owner is not locked out by it");
    world.clock.advance(Duration::from_secs(1));
    assert!(change(PASSWORD).await.is_ok());
}
