//! Changing the address of an account.

use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use test_kit::bearer;
use tonic::Status;

use crate::resetting_password::{ask, reset};
use crate::world::{PASSWORD, World, reason};

pub async fn request(world: &World, access_token: &str, new_email: &str) -> Result<(), Status> {
    let request =
        proto::RequestEmailChangeRequest { new_email: new_email.to_owned(), current_password: PASSWORD.to_owned() };
    world.account().request_email_change(bearer(request, access_token)).await.map(|_| ())
}

pub async fn confirm(world: &World, token: &str) -> Result<proto::ConfirmEmailChangeResponse, Status> {
    let request = proto::ConfirmEmailChangeRequest { token: token.to_owned() };
    Ok(world.account().confirm_email_change(request).await?.into_inner())
}

pub async fn confirm_by(
    world: &World,
    access_token: &str,
    token: &str,
) -> Result<proto::ConfirmEmailChangeResponse, Status> {
    let request = bearer(proto::ConfirmEmailChangeRequest { token: token.to_owned() }, access_token);
    Ok(world.account().confirm_email_change(request).await?.into_inner())
}

#[tokio::test]
async fn the_new_address_counts_once_its_link_is_followed() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    let elsewhere = world.log_in("alice@example.com", PASSWORD).await.unwrap().tokens.unwrap();
    request(&world, &alice.tokens.access_token, "Alice@New.example").await.unwrap();
    world.run_relay(2).await;
    assert_eq!(world.me(&alice.tokens.access_token).await.unwrap().email, "alice@example.com");
    assert!(world.log_in("alice@example.com", PASSWORD).await.is_ok());

    let changed = confirm(&world, &world.mails.last_token_to("alice@new.example")).await.unwrap();
    let user = changed.user.unwrap();
    assert_eq!((user.id.as_str(), user.email.as_str()), (alice.id.as_str(), "alice@new.example"));
    assert!(user.email_verified);
    assert_eq!(reason(world.log_in("alice@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    assert!(world.log_in("alice@new.example", PASSWORD).await.is_ok());
    assert_eq!(reason(world.refresh(&elsewhere.refresh_token).await), ErrorReason::TokenRevoked);
    let goes_on = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    assert!(world.verified(&goes_on.access_token).asof.i >= changed.position);

    world.run_relay(2).await;
    let profile = world.organizations.state().profiles.last().cloned().unwrap();
    assert_eq!((profile.email.as_str(), profile.version), ("alice@new.example", 2));
    let to_the_old = world.mails.subjects_to("alice@example.com");
    assert_eq!(to_the_old[1..], ["Your e-mail address is about to change", "Your e-mail address was changed"]);
    assert_eq!(world.mails.subjects_to("alice@new.example"), ["Confirm your new e-mail address"]);
}

#[tokio::test]
async fn a_link_works_once_and_for_a_day_and_a_newer_one_voids_it() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    request(&world, &alice.tokens.access_token, "first@new.example").await.unwrap();
    world.run_relay(2).await;
    let first = world.mails.last_token_to("first@new.example");
    request(&world, &alice.tokens.access_token, "second@new.example").await.unwrap();
    world.run_relay(2).await;
    let second = world.mails.last_token_to("second@new.example");
    assert_eq!(reason(confirm(&world, &first).await), ErrorReason::LinkInvalid);
    confirm(&world, &second).await.unwrap();
    assert_eq!(reason(confirm(&world, &second).await), ErrorReason::LinkInvalid);

    request(&world, &alice.tokens.access_token, "third@new.example").await.unwrap();
    world.run_relay(4).await;
    world.clock.advance(Duration::from_secs(24 * 3600));
    let third = world.mails.last_token_to("third@new.example");
    assert_eq!(reason(confirm(&world, &third).await), ErrorReason::LinkInvalid);
}

#[tokio::test]
async fn password_and_another_address_are_needed() {
    let world = World::new().await;
    let token = world.proven("alice@example.com").await.tokens.access_token;
    let wrong = proto::RequestEmailChangeRequest {
        new_email: "alice@new.example".to_owned(),
        current_password: "something else entirely".to_owned(),
    };
    let refused = world.account().request_email_change(bearer(wrong, &token)).await;
    assert_eq!(reason(refused), ErrorReason::InvalidCredentials);
    for address in ["ALICE@example.com", "not an address", ""] {
        assert_eq!(reason(request(&world, &token, address).await), ErrorReason::ValidationError, "{address}");
    }
    world.run_relay(0).await;
    assert_eq!(world.mails.all().len(), 1);
}

#[tokio::test]
async fn an_address_that_somebody_has_proven_is_found_taken_only_by_whoever_reads_its_mail() {
    let world = World::new().await;
    let bob = world.proven("bob@example.com").await;
    let alice = world.proven("alice@example.com").await;
    request(&world, &alice.tokens.access_token, "bob@example.com").await.unwrap();
    world.run_relay(2).await;
    let token = world.mails.last_token_to("bob@example.com");
    assert_eq!(reason(confirm(&world, &token).await), ErrorReason::UserAlreadyExists);
    assert_eq!(world.me(&alice.tokens.access_token).await.unwrap().email, "alice@example.com");
    assert_eq!(world.me(&bob.tokens.access_token).await.unwrap().email, "bob@example.com");
}

#[tokio::test]
async fn a_new_password_calls_a_pending_change_off() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    request(&world, &alice.tokens.access_token, "mallory@new.example").await.unwrap();
    ask(&world, "alice@example.com").await;
    world.run_relay(4).await;
    reset(&world, &world.mails.last_reset_token(), "eleven kites over the marsh").await.unwrap();
    let token = world.mails.last_token_to("mallory@new.example");
    assert_eq!(reason(confirm(&world, &token).await), ErrorReason::LinkInvalid);
}

#[tokio::test]
async fn links_that_went_to_the_old_address_are_void() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    ask(&world, "alice@example.com").await;
    request(&world, &alice.tokens.access_token, "alice@new.example").await.unwrap();
    world.run_relay(4).await;
    confirm(&world, &world.mails.last_token_to("alice@new.example")).await.unwrap();
    let old = world.mails.last_token_to("alice@example.com");
    assert_eq!(reason(reset(&world, &old, "eleven kites over the marsh").await), ErrorReason::LinkInvalid);
}

#[tokio::test]
async fn organizations_hears_of_the_new_address_after_an_outage() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    request(&world, &alice.tokens.access_token, "alice@new.example").await.unwrap();
    world.run_relay(2).await;
    world.organizations.state().is_down = true;
    confirm(&world, &world.mails.last_token_to("alice@new.example")).await.unwrap();
    world.run_relay(2).await;
    assert!(world.organizations.state().profiles.is_empty());
    world.organizations.state().is_down = false;
    world.clock.advance(Duration::from_secs(10));
    world.run_relay(1).await;
    assert_eq!(world.organizations.state().profiles.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_want_one_address_one_gets_it() {
    let world = World::new().await;
    for round in 0..10 {
        let (one, other) = (format!("one{round}@example.com"), format!("other{round}@example.com"));
        let wanted = format!("wanted{round}@example.com");
        let mut tokens = Vec::new();
        for email in [&one, &other] {
            let person = world.proven(email).await;
            request(&world, &person.tokens.access_token, &wanted).await.unwrap();
            world.run_relay(2).await;
            tokens.push(world.mails.last_token_to(&wanted));
        }
        let (first, second) = tokio::join!(confirm(&world, &tokens[0]), confirm(&world, &tokens[1]));
        let outcomes = [first, second];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        for refused in outcomes.into_iter().filter(Result::is_err) {
            assert_eq!(reason(refused), ErrorReason::UserAlreadyExists);
        }
        world.run_relay(2).await;
    }
}
