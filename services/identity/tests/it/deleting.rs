//! Deleting an account.

use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use test_kit::bearer;
use tonic::Status;
use tonic_types::StatusExt;

use crate::resetting_password::{NEW_PASSWORD, ask, reset};
use crate::world::{PASSWORD, World, reason};

async fn delete(world: &World, access_token: &str, password: &str, confirmation: &str) -> Result<i64, Status> {
    let request = proto::DeleteAccountRequest { password: password.to_owned(), confirmation: confirmation.to_owned() };
    Ok(world.account().delete_account(bearer(request, access_token)).await?.into_inner().position)
}

#[tokio::test]
async fn a_deleted_account_is_gone_and_its_address_free() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let position = delete(&world, &alice.tokens.access_token, PASSWORD, "DELETE").await.unwrap();
    assert!(position > 0);
    assert_eq!(world.organizations.state().departed, std::slice::from_ref(&alice.id));

    assert_eq!(reason(world.me(&alice.tokens.access_token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.refresh(&alice.tokens.refresh_token).await), ErrorReason::TokenInvalid);
    assert_eq!(reason(world.log_in("alice@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    let found = world.users().get_users(proto::GetUsersRequest { user_ids: vec![alice.id.clone()] }).await.unwrap();
    assert!(found.into_inner().users.is_empty());

    let again = world.person("alice@example.com").await;
    assert_ne!(again.id, alice.id);
    assert_ne!(again.personal_organization, alice.personal_organization);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_deletion_and_a_new_password_at_once_one_is_made() {
    let world = World::new().await;
    for round in 0..15 {
        let email = format!("alice{round}@example.com");
        let alice = world.proven(&email).await;
        ask(&world, &email).await;
        world.run_relay(2).await;
        let token = world.mails.last_reset_token();
        let (deleted, changed) = tokio::join!(
            delete(&world, &alice.tokens.access_token, PASSWORD, "DELETE"),
            reset(&world, &token, NEW_PASSWORD)
        );
        assert_ne!(deleted.is_ok(), changed.is_ok(), "round {round}: {deleted:?} {changed:?}");
        assert_eq!(world.log_in(&email, NEW_PASSWORD).await.is_ok(), changed.is_ok());
        world.run_relay(usize::from(changed.is_ok())).await;
    }
}

#[tokio::test]
async fn password_and_confirmation_are_needed() {
    let world = World::new().await;
    let token = world.person("alice@example.com").await.tokens.access_token;
    assert_eq!(reason(delete(&world, &token, PASSWORD, "delete").await), ErrorReason::ValidationError);
    assert_eq!(reason(delete(&world, &token, "", "DELETE").await), ErrorReason::ValidationError);
    assert_eq!(
        reason(delete(&world, &token, "a wrong phrase indeed", "DELETE").await),
        ErrorReason::InvalidCredentials
    );
    assert!(world.me(&token).await.is_ok());
}

#[tokio::test]
async fn a_sole_owner_stays_and_hears_which_organizations_are_in_the_way() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.organizations.state().sole_owners.insert(alice.id.clone());
    let refused = delete(&world, &alice.tokens.access_token, PASSWORD, "DELETE").await.unwrap_err();
    let details = refused.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(info.reason, "SOLE_OWNER");
    assert_eq!(info.metadata["organizations"], r#"[{"name":"Acme"}]"#);

    assert!(world.refresh(&alice.tokens.refresh_token).await.is_ok());
    assert!(world.log_in("alice@example.com", PASSWORD).await.is_ok());
    world.clock.advance(Duration::from_secs(60));
    world.run_relay(1).await;
    assert!(world.organizations.state().departed.is_empty(), "nothing is left to finish");
}

#[tokio::test]
async fn while_organizations_is_down_nobody_signs_in_and_the_same_call_finishes_later() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.organizations.state().is_down = true;
    let refused = delete(&world, &alice.tokens.access_token, PASSWORD, "DELETE").await;
    assert_eq!(reason(refused), ErrorReason::ServiceUnavailable);
    assert_eq!(reason(world.log_in("alice@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    assert_eq!(reason(world.register("alice@example.com").await), ErrorReason::UserAlreadyExists);

    world.organizations.state().is_down = false;
    assert!(delete(&world, &alice.tokens.access_token, PASSWORD, "DELETE").await.is_ok());
    assert_eq!(reason(world.me(&alice.tokens.access_token).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn the_relay_finishes_a_departure_that_an_outage_interrupted() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.run_relay(1).await;
    world.organizations.state().is_down = true;
    assert!(delete(&world, &alice.tokens.access_token, PASSWORD, "DELETE").await.is_err());
    world.organizations.state().is_down = false;
    world.clock.advance(Duration::from_secs(9));
    world.run_relay(0).await;
    world.clock.advance(Duration::from_secs(1));
    world.run_relay(1).await;
    assert_eq!(world.organizations.state().departed, [alice.id]);
    assert_eq!(reason(world.me(&alice.tokens.access_token).await), ErrorReason::TokenRevoked);
    world.run_relay(0).await;
}

#[tokio::test]
async fn the_relay_calls_a_departure_off_when_an_organization_would_lose_its_owner() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.organizations.state().is_down = true;
    assert!(delete(&world, &alice.tokens.access_token, PASSWORD, "DELETE").await.is_err());
    world.organizations.state().is_down = false;
    world.organizations.state().sole_owners.insert(alice.id.clone());
    world.clock.advance(Duration::from_secs(10));
    world.run_relay(2).await;
    assert!(world.log_in("alice@example.com", PASSWORD).await.is_ok());
}
