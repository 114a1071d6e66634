//! Whoever signed up with a stranger's address keeps nothing once the stranger comes.

use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use test_kit::bearer;

use crate::changing_email::{confirm, confirm_by, request};
use crate::resetting_password::{NEW_PASSWORD, ask, reset};
use crate::world::{PASSWORD, World, reason};

#[tokio::test]
async fn a_reset_of_an_unproven_account_starts_a_new_one() {
    let world = World::new().await;
    let mallory = world.person("victim@example.com").await;
    ask(&world, "victim@example.com").await;
    world.run_relay(3).await;
    let position = reset(&world, &world.mails.last_reset_token(), NEW_PASSWORD).await.unwrap();

    assert!(position > world.verified(&mallory.tokens.access_token).asof.i);
    assert_eq!(reason(world.log_in("victim@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    assert_eq!(reason(world.refresh(&mallory.tokens.refresh_token).await), ErrorReason::TokenInvalid);
    assert_eq!(reason(world.me(&mallory.tokens.access_token).await), ErrorReason::TokenRevoked);
    assert_eq!(world.organizations.state().evicted, std::slice::from_ref(&mallory.id));

    let victim = world.log_in("victim@example.com", NEW_PASSWORD).await.unwrap();
    let user = victim.user.unwrap();
    assert_ne!(user.id, mallory.id);
    assert!(user.email_verified);
    let organization = victim.access.unwrap().organization.unwrap();
    assert_ne!(organization.id, mallory.personal_organization);
}

#[tokio::test]
async fn an_outage_of_organizations_leaves_the_eviction_to_the_relay() {
    let world = World::new().await;
    let mallory = world.person("victim@example.com").await;
    ask(&world, "victim@example.com").await;
    world.run_relay(3).await;
    world.organizations.state().is_down = true;
    reset(&world, &world.mails.last_reset_token(), NEW_PASSWORD).await.unwrap();
    assert!(world.organizations.state().evicted.is_empty());
    assert_eq!(reason(world.refresh(&mallory.tokens.refresh_token).await), ErrorReason::TokenInvalid);

    world.organizations.state().is_down = false;
    world.clock.advance(Duration::from_secs(10));
    // The eviction and the new account's personal organization.
    world.run_relay(2).await;
    assert_eq!(world.organizations.state().evicted, [mallory.id]);
    assert!(world.log_in("victim@example.com", NEW_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn an_organization_that_would_lose_its_owner_does_not_stand_in_the_way() {
    let world = World::new().await;
    let mallory = world.person("victim@example.com").await;
    world.organizations.state().sole_owners.insert(mallory.id.clone());
    ask(&world, "victim@example.com").await;
    world.run_relay(3).await;
    reset(&world, &world.mails.last_reset_token(), NEW_PASSWORD).await.unwrap();
    assert_eq!(world.organizations.state().evicted, [mallory.id]);
}

#[tokio::test]
async fn whoever_is_signed_in_and_changes_to_an_address_that_another_never_proved_gets_it() {
    let world = World::new().await;
    let mallory = world.person("alice@new.example").await;
    world.run_relay(1).await;
    let alice = world.proven("alice@example.com").await;
    request(&world, &alice.tokens.access_token, "alice@new.example").await.unwrap();
    world.run_relay(2).await;
    let token = world.mails.last_token_to("alice@new.example");
    assert_eq!(reason(confirm(&world, &token).await), ErrorReason::UserAlreadyExists, "a link alone evicts nobody");
    assert!(world.me(&mallory.tokens.access_token).await.is_ok());
    let by_another = confirm_by(&world, &mallory.tokens.access_token, &token).await;
    assert_eq!(reason(by_another), ErrorReason::UserAlreadyExists);
    let changed = confirm_by(&world, &alice.tokens.access_token, &token).await.unwrap();
    assert_eq!(changed.user.unwrap().id, alice.id);
    assert_eq!(reason(world.me(&mallory.tokens.access_token).await), ErrorReason::TokenRevoked);
    assert_eq!(world.organizations.state().evicted, [mallory.id]);
    assert_eq!(world.log_in("alice@new.example", PASSWORD).await.unwrap().user.unwrap().id, alice.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ends_at_the_same_time_evicts_before_its_end_or_not_at_all() {
    let world = World::new().await;
    for round in 0..15 {
        let wanted = format!("wanted{round}@example.com");
        let mallory = world.person(&wanted).await;
        world.run_relay(1).await;
        let alice = world.proven(&format!("alice{round}@example.com")).await;
        request(&world, &alice.tokens.access_token, &wanted).await.unwrap();
        world.run_relay(2).await;
        let token = world.mails.last_token_to(&wanted);
        let logout = proto::LogoutRequest { refresh_token: alice.tokens.refresh_token.clone() };
        let mut authentication = world.authentication();
        let (ended, confirmed) =
            tokio::join!(authentication.logout(logout), confirm_by(&world, &alice.tokens.access_token, &token));
        let ended_at = ended.unwrap().into_inner().position;
        let is_evicted = world.organizations.state().evicted.contains(&mallory.id);
        assert_eq!(is_evicted, confirmed.is_ok(), "round {round}");
        match confirmed {
            Ok(confirmed) => assert!(confirmed.position < ended_at, "round {round}"),
            Err(refused) => assert_eq!(reason::<()>(Err(refused)), ErrorReason::UserAlreadyExists),
        }
        world.run_relay(if is_evicted { 2 } else { 0 }).await;
    }
}

#[tokio::test]
async fn the_links_of_the_evicted_account_are_void() {
    let world = World::new().await;
    let mallory = world.person("victim@example.com").await;
    world.run_relay(1).await;
    let verification = world.mails.last_token();
    request(&world, &mallory.tokens.access_token, "mallory@example.com").await.unwrap();
    world.run_relay(1).await;
    ask(&world, "victim@example.com").await;
    world.run_relay(2).await;
    reset(&world, &world.mails.last_reset_token(), NEW_PASSWORD).await.unwrap();

    let verify = proto::VerifyEmailRequest { token: verification };
    assert_eq!(reason(world.account().verify_email(verify).await), ErrorReason::LinkInvalid);
    let change = confirm(&world, &world.mails.last_token_to("mallory@example.com")).await;
    assert_eq!(reason(change), ErrorReason::LinkInvalid);
}

#[tokio::test]
async fn nothing_is_told_to_an_address_that_nobody_has_proven() {
    let world = World::new().await;
    let mallory = world.person("victim@example.com").await;
    world.run_relay(1).await;
    let change = proto::ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: NEW_PASSWORD.to_owned(),
        ..Default::default()
    };
    world.passwords().change_password(bearer(change, &mallory.tokens.access_token)).await.unwrap();
    world.run_relay(0).await;
    assert_eq!(world.mails.all().len(), 1);
}
