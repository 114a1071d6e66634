//! Changing a password that is known.

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use test_kit::bearer;
use tokio::task::JoinSet;
use tonic::Status;

use crate::resetting_password::{NEW_PASSWORD, ask, reset};
use crate::world::{PASSWORD, World, reason};

async fn change(
    world: &World,
    access_token: &str,
    current: &str,
    new: &str,
) -> Result<proto::ChangePasswordResponse, Status> {
    let request = proto::ChangePasswordRequest {
        current_password: current.to_owned(),
        new_password: new.to_owned(),
        ..Default::default()
    };
    Ok(world.passwords().change_password(bearer(request, access_token)).await?.into_inner())
}

#[tokio::test]
async fn a_change_ends_every_session_and_goes_on_in_a_new_one() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    let elsewhere = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();
    let changed = change(&world, &alice.tokens.access_token, PASSWORD, NEW_PASSWORD).await.unwrap();
    let tokens = changed.tokens.unwrap();

    let (before, after) = (world.verified(&alice.tokens.access_token), world.verified(&tokens.access_token));
    assert_ne!(before.session_id, after.session_id);
    assert!(before.asof.i < changed.position && after.asof.i >= changed.position);
    for ended in [&alice.tokens, &elsewhere] {
        assert_eq!(reason(world.refresh(&ended.refresh_token).await), ErrorReason::TokenRevoked);
        assert_eq!(reason(world.me(&ended.access_token).await), ErrorReason::TokenRevoked);
    }
    assert!(world.me(&tokens.access_token).await.is_ok());
    assert!(world.refresh(&tokens.refresh_token).await.is_ok());
    assert_eq!(reason(world.log_in("alice@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    assert!(world.log_in("alice@example.com", NEW_PASSWORD).await.is_ok());

    world.run_relay(1).await;
    assert_eq!(world.mails.subjects_to("alice@example.com")[1..], ["Your password was changed"]);
}

#[tokio::test]
async fn the_current_password_is_needed_and_the_new_one_must_be_good() {
    let world = World::new().await;
    let token = world.proven("alice@example.com").await.tokens.access_token;
    assert_eq!(
        reason(change(&world, &token, "something else entirely", NEW_PASSWORD).await),
        ErrorReason::InvalidCredentials
    );
    assert_eq!(reason(change(&world, &token, PASSWORD, "passwordpassword").await), ErrorReason::WeakPassword);
    // The personal organization bears the address.
    let of_the_organization = "alice@example.com it is";
    assert_eq!(reason(change(&world, &token, PASSWORD, of_the_organization).await), ErrorReason::WeakPassword);
    assert_eq!(reason(change(&world, &token, "", NEW_PASSWORD).await), ErrorReason::ValidationError);
    assert_eq!(reason(change(&world, &token, PASSWORD, "").await), ErrorReason::ValidationError);
    assert!(world.log_in("alice@example.com", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn the_new_session_acts_for_the_same_organization_and_ends_when_the_old_one_would() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    let team = "01890000-0000-7000-8000-000000000001";
    world.organizations.admit(&alice.id, team);
    let switched = world.refresh_into(&alice.tokens.refresh_token, team).await.unwrap().tokens.unwrap();
    let changed = change(&world, &switched.access_token, PASSWORD, NEW_PASSWORD).await.unwrap().tokens.unwrap();
    let caller = world.verified(&changed.access_token);
    assert_eq!(caller.organization.unwrap().id.to_string(), team);

    world.clock.advance(std::time::Duration::from_secs(30 * 24 * 3600));
    assert_eq!(reason(world.refresh(&changed.refresh_token).await), ErrorReason::TokenExpired);
}

#[tokio::test]
async fn a_reset_link_that_is_on_its_way_dies_with_the_old_password() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    ask(&world, "alice@example.com").await;
    world.run_relay(2).await;
    change(&world, &alice.tokens.access_token, PASSWORD, NEW_PASSWORD).await.unwrap();
    assert_eq!(reason(reset(&world, &world.mails.last_reset_token(), PASSWORD).await), ErrorReason::LinkInvalid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_changes_at_once_one_is_made() {
    let world = World::new().await;
    world.proven("alice@example.com").await;
    let mut current = PASSWORD.to_owned();
    for round in 0..20 {
        let token = world.log_in("alice@example.com", &current).await.unwrap().tokens.unwrap().access_token;
        let mut calls = JoinSet::new();
        for number in 0..5 {
            let (mut client, new_password) = (world.passwords(), format!("{NEW_PASSWORD} {round} {number}"));
            let request = proto::ChangePasswordRequest {
                current_password: current.clone(),
                new_password: new_password.clone(),
                ..Default::default()
            };
            let request = bearer(request, &token);
            calls.spawn(async move { client.change_password(request).await.map(|_| new_password) });
        }
        let mut in_force = Vec::new();
        while let Some(answer) = calls.join_next().await {
            match answer.unwrap() {
                Ok(password) => in_force.push(password),
                Err(status) => {
                    let reason = reason::<()>(Err(status));
                    assert!(
                        [ErrorReason::TokenRevoked, ErrorReason::InvalidCredentials].contains(&reason),
                        "{reason:?}"
                    );
                }
            }
        }
        assert_eq!(in_force.len(), 1);
        current = in_force.remove(0);
    }
}
