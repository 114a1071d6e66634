//! What happens when another service is down or the process dies between two steps.

use std::time::Duration;

use service_kit::ErrorReason;

use crate::stand_ins::Mood;
use crate::world::{PASSWORD, World, reason};

#[tokio::test]
async fn a_sign_up_during_an_outage_is_completed_by_the_same_call() {
    let world = World::new().await;
    world.organizations.state().is_down = true;
    assert_eq!(reason(world.register("alice@example.com").await), ErrorReason::ServiceUnavailable);
    world.organizations.state().is_down = false;
    let alice = world.person("alice@example.com").await;
    assert_eq!(world.organizations.state().personal, [(alice.id, alice.personal_organization)]);
    world.clock.advance(Duration::from_secs(60));
    world.run_relay(1).await;
    assert_eq!(world.organizations.state().personal.len(), 1);
    assert_eq!(world.mails.all().len(), 1, "one verification mail");
}

#[tokio::test]
async fn a_sign_up_during_an_outage_is_not_completed_with_another_password() {
    let world = World::new().await;
    world.organizations.state().is_down = true;
    assert!(world.register("alice@example.com").await.is_err());
    world.organizations.state().is_down = false;
    let request = contracts::identity::v1::RegisterRequest {
        password: "somebody else's guess".to_owned(),
        ..crate::world::sign_up("alice@example.com")
    };
    assert_eq!(reason(world.authentication().register(request).await), ErrorReason::UserAlreadyExists);
}

#[tokio::test]
async fn a_sign_up_during_an_outage_is_completed_by_a_sign_in() {
    let world = World::new().await;
    world.organizations.state().is_down = true;
    assert!(world.register("alice@example.com").await.is_err());
    assert_eq!(reason(world.log_in("alice@example.com", PASSWORD).await), ErrorReason::ServiceUnavailable);
    world.organizations.state().is_down = false;
    let answer = world.log_in("alice@example.com", PASSWORD).await.unwrap();
    assert!(answer.access.unwrap().organization.unwrap().is_personal);
    assert_eq!(reason(world.register("alice@example.com").await), ErrorReason::UserAlreadyExists);
}

#[tokio::test]
async fn a_sign_up_during_an_outage_is_completed_by_the_relay() {
    let world = World::new().await;
    world.organizations.state().is_down = true;
    assert!(world.register("alice@example.com").await.is_err());
    world.clock.advance(Duration::from_secs(10));
    world.run_relay(2).await;
    world.organizations.state().is_down = false;
    world.clock.advance(Duration::from_secs(10));
    world.run_relay(1).await;
    assert_eq!(world.organizations.state().personal.len(), 1);
    assert!(world.log_in("alice@example.com", PASSWORD).await.is_ok());
    assert_eq!(world.organizations.state().personal.len(), 1);
}

#[tokio::test]
async fn a_sign_up_whose_answer_was_lost_after_the_organization_was_made_can_be_repeated() {
    let world = World::new().await;
    world.organizations.state().access_is_down = true;
    assert_eq!(reason(world.register("alice@example.com").await), ErrorReason::ServiceUnavailable);
    assert_eq!(world.organizations.state().personal.len(), 1);
    world.organizations.state().access_is_down = false;
    assert!(world.register("alice@example.com").await.is_ok());
    assert_eq!(world.organizations.state().personal.len(), 1);
}

#[tokio::test]
async fn a_sign_up_survives_a_restart() {
    let world = World::new().await;
    world.organizations.state().is_down = true;
    assert!(world.register("alice@example.com").await.is_err());
    world.organizations.state().is_down = false;
    let restarted = world.start_again(|_| ()).await.unwrap();
    world.clock.advance(Duration::from_secs(10));
    crate::world::run_relay(&restarted, 2).await;
    assert_eq!(world.organizations.state().personal.len(), 1);
    assert_eq!(world.mails.all().len(), 1);
}

#[tokio::test]
async fn without_billing_the_last_plan_seen_goes_into_the_token() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.billing.state().mood = Mood::Down;
    let answer = world.refresh(&alice.tokens.refresh_token).await.unwrap();
    let caller = world.verified(&answer.tokens.unwrap().access_token);
    assert_eq!(caller.subscription.unwrap().plan_code.as_deref(), Some("pro"));
    assert_eq!(caller.asof.b, 5);
    let subscription = answer.access.unwrap().subscription.unwrap();
    assert_eq!(subscription.current_period_end.unwrap().seconds, 1_800_000_000);
}

#[tokio::test]
async fn without_billing_a_plan_never_seen_is_absent() {
    let world = World::new().await;
    world.billing.state().mood = Mood::Down;
    let answer = world.register("alice@example.com").await.unwrap();
    assert_eq!(answer.access.unwrap().subscription, None);
    let caller = world.verified(&answer.tokens.unwrap().access_token);
    assert_eq!((caller.subscription, caller.asof.b), (None, 0));
}

#[tokio::test]
async fn silent_billing_does_not_stop_a_sign_in() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    world.billing.state().mood = Mood::Silent;
    let answer = world.log_in("alice@example.com", PASSWORD).await.unwrap();
    assert!(answer.access.unwrap().subscription.is_some());
}

#[tokio::test]
async fn a_new_plan_takes_the_place_of_the_remembered_one() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    {
        let mut billing = world.billing.state();
        (billing.plan_code, billing.position) = ("team", 6);
    }
    let tokens = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    world.billing.state().mood = Mood::Down;
    let tokens = world.refresh(&tokens.refresh_token).await.unwrap().tokens.unwrap();
    let caller = world.verified(&tokens.access_token);
    assert_eq!((caller.subscription.unwrap().plan_code.as_deref(), caller.asof.b), (Some("team"), 6));
}
