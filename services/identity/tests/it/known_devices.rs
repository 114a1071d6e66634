//! What a device is spared that has signed in before, and for how long.

use std::time::Duration;

use contracts::identity::v1 as proto;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use test_kit::bearer;
use tonic::Status;

use crate::resetting_password::{NEW_PASSWORD, ask, reset};
use crate::world::{PASSWORD, World, reason, sign_in};

const ALICE: &str = "alice@example.com";
const WRONG: &str = "something else entirely";
const HOUR: Duration = Duration::from_secs(3600);

fn from_device(device_token: &str, password: &str) -> proto::LoginRequest {
    proto::LoginRequest { device_token: device_token.to_owned(), ..sign_in(ALICE, password) }
}

async fn log_in_on(world: &World, device_token: &str, password: &str) -> Result<proto::LoginResponse, Status> {
    Ok(world.authentication().login(from_device(device_token, password)).await?.into_inner())
}

async fn new_device(world: &World, password: &str) -> String {
    world.log_in(ALICE, password).await.unwrap().device_token
}

/// Until whoever shows no known device has to wait.
async fn attack_from_elsewhere(world: &World) {
    while reason(world.log_in(ALICE, WRONG).await) != ErrorReason::RateLimited {}
}

async fn change_password(world: &World, access_token: &str) -> proto::ChangePasswordResponse {
    let request = proto::ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: NEW_PASSWORD.to_owned(),
        cookie_refresh_token: None,
    };
    world.passwords().change_password(bearer(request, access_token)).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_reset_of_the_password_forgets_every_device() {
    let world = World::throttling().await;
    world.proven(ALICE).await;
    let (one, other) = (new_device(&world, PASSWORD).await, new_device(&world, PASSWORD).await);
    ask(&world, ALICE).await;
    world.run_relay(2).await;
    reset(&world, &world.mails.last_reset_token(), NEW_PASSWORD).await.unwrap();
    attack_from_elsewhere(&world).await;
    for before in [one, other] {
        assert_eq!(reason(log_in_on(&world, &before, NEW_PASSWORD).await), ErrorReason::RateLimited);
    }
    world.clock.advance(HOUR);
    let since = new_device(&world, NEW_PASSWORD).await;
    attack_from_elsewhere(&world).await;
    assert!(log_in_on(&world, &since, NEW_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_change_of_the_password_forgets_every_device_but_the_one_that_made_it() {
    let world = World::throttling().await;
    let alice = world.person(ALICE).await;
    let before = new_device(&world, PASSWORD).await;
    let changed = change_password(&world, &alice.tokens.access_token).await;
    attack_from_elsewhere(&world).await;
    assert_eq!(reason(log_in_on(&world, &before, NEW_PASSWORD).await), ErrorReason::RateLimited);
    assert!(log_in_on(&world, &changed.device_token, NEW_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn hashing_the_same_password_anew_forgets_no_device() {
    let world = World::throttling().await;
    world.person(ALICE).await;
    let stronger = world.start_again(|settings| settings.passwords.memory_kib = 16).await.unwrap();
    let mut client = AuthenticationServiceClient::new(stronger.in_process());
    let before = client.login(sign_in(ALICE, PASSWORD)).await.unwrap().into_inner().device_token;
    attack_from_elsewhere(&world).await;
    assert!(log_in_on(&world, &before, PASSWORD).await.is_ok());
}

#[tokio::test]
async fn many_devices_have_hardly_more_tries_than_one_and_lock_nobody_else_out() {
    let world = World::throttling().await;
    world.person(ALICE).await;
    let mut stolen = Vec::new();
    for _ in 0..10 {
        stolen.push(new_device(&world, PASSWORD).await);
    }
    world.clock.advance(HOUR);
    let mut tries = 0;
    for device_token in stolen.iter().cycle().take(60) {
        match reason(log_in_on(&world, device_token, WRONG).await) {
            ErrorReason::InvalidCredentials => tries += 1,
            other => assert_eq!(other, ErrorReason::RateLimited),
        }
    }
    assert_eq!(tries, 26);
    world.clock.advance(HOUR);
    assert!(world.log_in(ALICE, PASSWORD).await.is_ok(), "who shows no device has a count of their own");
    assert!(log_in_on(&world, &stolen[0], PASSWORD).await.is_ok(), "waiting helps");
    assert_eq!(reason(log_in_on(&world, &stolen[1], WRONG).await), ErrorReason::InvalidCredentials);
}

#[tokio::test]
async fn over_all_devices_a_hundred_failures_are_never_reached() {
    let world = World::throttling().await;
    world.person(ALICE).await;
    let mut stolen = Vec::new();
    for _ in 0..10 {
        stolen.push(new_device(&world, PASSWORD).await);
    }
    let mut tries = 0;
    for device_token in stolen.iter().cycle().take(300) {
        match reason(log_in_on(&world, device_token, WRONG).await) {
            ErrorReason::InvalidCredentials => tries += 1,
            _ => world.clock.advance(HOUR),
        }
    }
    assert_eq!(tries, 99);
    assert_eq!(reason(log_in_on(&world, &stolen[0], PASSWORD).await), ErrorReason::RateLimited);
}

#[tokio::test]
async fn one_stolen_device_does_not_make_the_others_wait() {
    let world = World::throttling().await;
    world.person(ALICE).await;
    let (stolen, own) = (new_device(&world, PASSWORD).await, new_device(&world, PASSWORD).await);
    let refusal = loop {
        let refusal = log_in_on(&world, &stolen, WRONG).await.unwrap_err();
        if reason_of(&refusal) == Some(ErrorReason::RateLimited) {
            break refusal;
        }
    };
    assert!(refusal.message().contains("wait"), "{refusal:?}");
    attack_from_elsewhere(&world).await;
    assert!(log_in_on(&world, &own, PASSWORD).await.is_ok());
}
