//! Suspending and reactivating accounts.

use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use tonic::Status;
use tonic_types::StatusExt;

use crate::back_office::get;
use crate::world::{PASSWORD, Person, World, reason};

pub async fn suspend(world: &World, by: &Person, user_id: &str) -> Result<proto::SuspendUserResponse, Status> {
    let request = proto::SuspendUserRequest { user_id: user_id.to_owned(), ..Default::default() };
    Ok(world.user_administration().suspend_user(by.call(request)).await?.into_inner())
}

async fn reactivate(world: &World, by: &Person, user_id: &str) -> Result<proto::User, Status> {
    let request = proto::ReactivateUserRequest { user_id: user_id.to_owned(), ..Default::default() };
    let answer = world.user_administration().reactivate_user(by.call(request)).await?;
    Ok(answer.into_inner().user.unwrap())
}

fn is_active_to_organizations(world: &World, user_id: &str) -> bool {
    world.organizations.state().recorded.get(user_id).is_none_or(|profile| profile.is_active)
}

/// An administrator and somebody else, with nothing left for the relay.
async fn admin_and_bob(world: &World) -> (Person, Person) {
    let admin = world.administrator("admin@example.com", "super_admin").await;
    let bob = world.person("bob@example.com").await;
    world.run_relay(3).await;
    (admin, bob)
}

#[tokio::test]
async fn a_suspended_user_is_out_until_reactivated() {
    let world = World::new().await;
    let (admin, bob) = admin_and_bob(&world).await;
    let suspended = suspend(&world, &admin, &bob.id).await.unwrap();
    assert_eq!(suspended.user.unwrap().status(), proto::UserStatus::Suspended);
    assert!(suspended.position > world.verified(&bob.tokens.access_token).asof.i);
    assert_eq!(reason(world.me(&bob.tokens.access_token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.refresh(&bob.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.log_in("bob@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    assert_eq!(reason(world.register("bob@example.com").await), ErrorReason::UserAlreadyExists);
    assert!(!is_active_to_organizations(&world, &bob.id));
    let again = suspend(&world, &admin, &bob.id).await.unwrap();
    assert_eq!((again.user.unwrap().status(), again.position), (proto::UserStatus::Suspended, 0));

    let user = reactivate(&world, &admin, &bob.id).await.unwrap();
    assert_eq!(user.status(), proto::UserStatus::Active);
    assert!(is_active_to_organizations(&world, &bob.id));
    assert_eq!(reason(world.refresh(&bob.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    assert!(world.log_in("bob@example.com", PASSWORD).await.is_ok());
    assert!(reactivate(&world, &admin, &bob.id).await.is_ok(), "again changes nothing");
}

#[tokio::test]
async fn the_only_owner_of_a_team_stays_and_the_refusal_tells_where() {
    let world = World::new().await;
    let (admin, bob) = admin_and_bob(&world).await;
    world.organizations.state().sole_owners.insert(bob.id.clone());
    let refused = suspend(&world, &admin, &bob.id).await.unwrap_err();
    let details = refused.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.metadata["organizations"].as_str()), ("SOLE_OWNER", r#"[{"name":"Acme"}]"#));
    assert_eq!(get(&world, &admin, &bob.id).await.unwrap().status(), proto::UserStatus::Active);
    assert!(world.me(&bob.tokens.access_token).await.is_ok(), "the session goes on");
    assert!(world.refresh(&bob.tokens.refresh_token).await.is_ok());
    assert!(crate::audit_log::actions(&world, &admin).await.iter().all(|action| action != "user.suspended"));

    world.run_relay(1).await;
    assert!(is_active_to_organizations(&world, &bob.id), "whatever is still on its way comes too late");
    let version = world.organizations.state().recorded[&bob.id].version;
    assert!(version > 2, "newer than the state that was refused: {version}");
    world.organizations.state().sole_owners.clear();
    assert!(suspend(&world, &admin, &bob.id).await.is_ok());
}

#[tokio::test]
async fn while_organizations_is_away_nobody_signs_in_and_the_same_call_finishes_later() {
    let world = World::new().await;
    let (admin, bob) = admin_and_bob(&world).await;
    let before = world.verified(&bob.tokens.access_token).asof.i;
    world.organizations.state().is_down = true;
    assert_eq!(reason(suspend(&world, &admin, &bob.id).await), ErrorReason::ServiceUnavailable);
    assert_eq!(reason(world.refresh(&bob.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    world.organizations.state().is_down = false;
    assert_eq!(reason(world.log_in("bob@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    assert_eq!(reason(reactivate(&world, &admin, &bob.id).await), ErrorReason::Conflict);

    let position = suspend(&world, &admin, &bob.id).await.unwrap().position;
    assert_eq!(position, before + 2, "tokens ended while it was away, and everything else when it was back");
    world.clock.advance(Duration::from_secs(60));
    world.run_relay(0).await;
}

#[tokio::test]
async fn the_relay_finishes_a_suspension_and_the_log_tells_who_asked_for_it() {
    let world = World::new().await;
    let (admin, bob) = admin_and_bob(&world).await;
    world.organizations.state().is_down = true;
    assert!(suspend(&world, &admin, &bob.id).await.is_err());
    world.organizations.state().is_down = false;
    world.clock.advance(Duration::from_secs(10));
    world.run_relay(1).await;
    assert!(!is_active_to_organizations(&world, &bob.id));
    assert_eq!(suspend(&world, &admin, &bob.id).await.unwrap().position, 0, "it was done before");
    let entries = crate::audit_log::read(&world, &admin, proto::ListAuditLogRequest::default()).await.unwrap().entries;
    let of_bob: Vec<_> = entries.iter().filter(|entry| entry.target_id == bob.id).collect();
    assert_eq!(of_bob.len(), 1);
    assert_eq!((of_bob[0].action.as_str(), of_bob[0].actor.as_str()), ("user.suspended", admin.id.as_str()));
}

#[tokio::test]
async fn the_relay_calls_a_suspension_off_when_an_organization_would_lose_its_owner() {
    let world = World::new().await;
    let (admin, bob) = admin_and_bob(&world).await;
    world.organizations.state().is_down = true;
    assert!(suspend(&world, &admin, &bob.id).await.is_err());
    world.organizations.state().is_down = false;
    world.organizations.state().sole_owners.insert(bob.id.clone());
    world.clock.advance(Duration::from_secs(10));
    world.run_relay(2).await;
    assert!(world.log_in("bob@example.com", PASSWORD).await.is_ok());
    assert!(is_active_to_organizations(&world, &bob.id));
}

#[tokio::test]
async fn organizations_hears_of_a_reactivation_later_when_it_is_away() {
    let world = World::new().await;
    let (admin, bob) = admin_and_bob(&world).await;
    suspend(&world, &admin, &bob.id).await.unwrap();
    world.organizations.state().is_down = true;
    assert!(reactivate(&world, &admin, &bob.id).await.is_ok());
    world.organizations.state().is_down = false;
    assert!(!is_active_to_organizations(&world, &bob.id));
    world.clock.advance(Duration::from_secs(10));
    world.run_relay(1).await;
    assert!(is_active_to_organizations(&world, &bob.id));
}

#[tokio::test]
async fn nobody_suspends_themselves_and_a_super_admin_touches_no_system_admin() {
    let world = World::new().await;
    let system = world.administrator("system@example.com", "system_admin").await;
    let superior = world.administrator("super@example.com", "super_admin").await;
    assert_eq!(reason(suspend(&world, &system, &system.id).await), ErrorReason::Forbidden);
    assert_eq!(reason(suspend(&world, &superior, &superior.id).await), ErrorReason::Forbidden);
    assert_eq!(reason(suspend(&world, &superior, &system.id).await), ErrorReason::Forbidden);
    assert!(world.me(&system.tokens.access_token).await.is_ok());
    assert!(suspend(&world, &system, &superior.id).await.is_ok());
    assert_eq!(reason(get(&world, &superior, &system.id).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn reasons_that_cannot_be_kept_are_refused() {
    let world = World::new().await;
    let (admin, bob) = admin_and_bob(&world).await;
    for bad in ["x".repeat(501), "two\nlines".to_owned()] {
        let request = proto::SuspendUserRequest { user_id: bob.id.clone(), reason: Some(bad) };
        let refused = world.user_administration().suspend_user(admin.call(request)).await;
        assert_eq!(reason(refused), ErrorReason::ValidationError);
    }
    assert!(world.me(&bob.tokens.access_token).await.is_ok());
}
