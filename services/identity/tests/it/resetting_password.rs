//! Setting a new password by mail.

use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use tokio::task::JoinSet;
use tonic::Status;

use crate::world::{PASSWORD, World, reason};

pub const NEW_PASSWORD: &str = "eleven kites over the marsh";

pub async fn ask(world: &World, email: &str) {
    let request = proto::RequestPasswordResetRequest { email: email.to_owned() };
    world.passwords().request_password_reset(request).await.unwrap();
}

pub async fn reset(world: &World, token: &str, new_password: &str) -> Result<i64, Status> {
    let request = proto::ResetPasswordRequest { token: token.to_owned(), new_password: new_password.to_owned() };
    Ok(world.passwords().reset_password(request).await?.into_inner().position)
}

#[tokio::test]
async fn the_mailed_link_sets_a_new_password_and_ends_every_session() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    ask(&world, "Alice@Example.com").await;
    world.run_relay(2).await;

    let position = reset(&world, &world.mails.last_reset_token(), NEW_PASSWORD).await.unwrap();
    assert!(position > world.verified(&alice.tokens.access_token).asof.i);
    assert_eq!(reason(world.refresh(&alice.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.me(&alice.tokens.access_token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.log_in("alice@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    let user = world.log_in("alice@example.com", NEW_PASSWORD).await.unwrap().user.unwrap();
    assert_eq!((user.id, user.email_verified), (alice.id, true));

    world.run_relay(1).await;
    let subjects = world.mails.subjects_to("alice@example.com");
    assert_eq!(subjects[1..], ["Choose a new password", "Your password was changed"]);
}

#[tokio::test]
async fn a_link_works_once_and_for_an_hour() {
    let world = World::new().await;
    world.proven("alice@example.com").await;
    ask(&world, "alice@example.com").await;
    world.run_relay(2).await;
    let token = world.mails.last_reset_token();
    reset(&world, &token, NEW_PASSWORD).await.unwrap();
    assert_eq!(reason(reset(&world, &token, PASSWORD).await), ErrorReason::LinkInvalid);

    ask(&world, "alice@example.com").await;
    world.run_relay(3).await;
    world.clock.advance(Duration::from_secs(3600));
    let token = world.mails.last_reset_token();
    assert_eq!(reason(reset(&world, &token, PASSWORD).await), ErrorReason::LinkInvalid);
    assert!(world.log_in("alice@example.com", NEW_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_new_link_voids_the_older_one() {
    let world = World::new().await;
    world.proven("alice@example.com").await;
    ask(&world, "alice@example.com").await;
    world.run_relay(2).await;
    let older = world.mails.last_reset_token();
    ask(&world, "alice@example.com").await;
    world.run_relay(2).await;
    assert_eq!(reason(reset(&world, &older, NEW_PASSWORD).await), ErrorReason::LinkInvalid);
    assert!(reset(&world, &world.mails.last_reset_token(), NEW_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_weak_choice_is_refused_and_uses_nothing_up() {
    let world = World::new().await;
    world.proven("alice.anderson@example.com").await;
    ask(&world, "alice.anderson@example.com").await;
    world.run_relay(2).await;
    let token = world.mails.last_reset_token();
    for weak in ["short", "passwordpassword", "alice.anderson is here"] {
        assert_eq!(reason(reset(&world, &token, weak).await), ErrorReason::WeakPassword, "{weak}");
    }
    assert_eq!(reason(reset(&world, &token, "").await), ErrorReason::ValidationError);
    assert!(reset(&world, &token, NEW_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn an_unknown_address_is_answered_alike_and_gets_no_mail() {
    let world = World::new().await;
    ask(&world, "nobody@example.com").await;
    world.run_relay(1).await;
    assert!(world.mails.all().is_empty());
}

#[tokio::test]
async fn links_of_another_kind_reset_nothing() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.run_relay(1).await;
    for token in [&world.mails.last_token(), &alice.tokens.refresh_token, "nonsense"] {
        assert_eq!(reason(reset(&world, token, NEW_PASSWORD).await), ErrorReason::LinkInvalid);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_used_by_one_of_many() {
    let world = World::new().await;
    world.proven("alice@example.com").await;
    for round in 0..20 {
        ask(&world, "alice@example.com").await;
        world.run_relay(if round == 0 { 2 } else { 3 }).await;
        let token = world.mails.last_reset_token();
        let mut calls = JoinSet::new();
        for number in 0..10 {
            let mut client = world.passwords();
            let new_password = format!("{NEW_PASSWORD} {round} {number}");
            let request = proto::ResetPasswordRequest { token: token.clone(), new_password: new_password.clone() };
            calls.spawn(async move { client.reset_password(request).await.map(|_| new_password) });
        }
        let mut in_force = Vec::new();
        while let Some(answer) = calls.join_next().await {
            match answer.unwrap() {
                Ok(password) => in_force.push(password),
                Err(status) => assert_eq!(reason::<()>(Err(status)), ErrorReason::LinkInvalid),
            }
        }
        assert_eq!(in_force.len(), 1);
        assert!(world.log_in("alice@example.com", &in_force[0]).await.is_ok());
    }
}
