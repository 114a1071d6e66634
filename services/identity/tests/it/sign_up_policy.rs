//! Who may sign up, and what the answer tells.

use contracts::identity::v1 as proto;
use identity::{Enumeration, Registration};
use service_kit::ErrorReason;

use crate::resetting_password::{NEW_PASSWORD, reset};
use crate::world::{PASSWORD, World, reason, sign_up};

async fn strict() -> World {
    World::with(|settings| settings.enumeration = Enumeration::Strict).await
}

#[tokio::test]
async fn closed_sign_up_takes_nobody_not_even_with_an_invitation() {
    let world = World::with(|settings| settings.registration = Registration::Closed).await;
    assert_eq!(reason(world.register("alice@example.com").await), ErrorReason::Forbidden);
    let invited = proto::RegisterRequest { is_invited: true, ..sign_up("alice@example.com") };
    assert_eq!(reason(world.as_gateway().register(invited).await), ErrorReason::Forbidden);
}

#[tokio::test]
async fn sign_up_by_invitation_believes_services_alone() {
    let world = World::with(|settings| settings.registration = Registration::InviteOnly).await;
    assert_eq!(reason(world.register("alice@example.com").await), ErrorReason::Forbidden);
    let invited = proto::RegisterRequest { is_invited: true, ..sign_up("alice@example.com") };
    assert_eq!(reason(world.authentication().register(invited.clone()).await), ErrorReason::Forbidden);
    let answer = world.as_gateway().register(invited).await.unwrap().into_inner();
    assert!(answer.tokens.is_some());
}

#[tokio::test]
async fn a_strict_sign_up_is_answered_alike_for_every_address() {
    let world = strict().await;
    let first = world.register("alice@example.com").await.unwrap();
    assert!(first.verification_email_sent);
    assert_eq!(first, proto::RegisterResponse { verification_email_sent: true, ..Default::default() });
    assert_eq!(world.register("alice@example.com").await.unwrap(), first);
    let weak = proto::RegisterRequest { password: "passwordpassword".to_owned(), ..sign_up("alice@example.com") };
    assert_eq!(reason(world.authentication().register(weak).await), ErrorReason::WeakPassword);
}

#[tokio::test]
async fn whoever_signs_up_strictly_proves_the_address_and_signs_in() {
    let world = strict().await;
    world.register("alice@example.com").await.unwrap();
    assert_eq!(reason(world.log_in("alice@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    world.run_relay(2).await;
    let verify = proto::VerifyEmailRequest { token: world.mails.last_token() };
    world.account().verify_email(verify).await.unwrap();
    let answer = world.log_in("alice@example.com", PASSWORD).await.unwrap();
    assert!(answer.user.unwrap().email_verified);

    world.register("alice@example.com").await.unwrap();
    world.run_relay(1).await;
    assert_eq!(world.mails.subjects_to("alice@example.com")[1..], ["You have an account already"]);
}

#[tokio::test]
async fn a_strict_sign_up_with_an_address_that_a_stranger_holds_unproven_leads_past_the_stranger() {
    let world = strict().await;
    world.register("victim@example.com").await.unwrap();
    world.run_relay(2).await;
    let theirs = proto::RegisterRequest { password: NEW_PASSWORD.to_owned(), ..sign_up("victim@example.com") };
    world.authentication().register(theirs).await.unwrap();
    world.run_relay(1).await;
    reset(&world, &world.mails.last_reset_token(), NEW_PASSWORD).await.unwrap();
    assert_eq!(reason(world.log_in("victim@example.com", PASSWORD).await), ErrorReason::InvalidCredentials);
    assert!(world.log_in("victim@example.com", NEW_PASSWORD).await.is_ok());
    assert_eq!(world.organizations.state().evicted.len(), 1);
}

#[tokio::test]
async fn a_service_learns_whom_a_strict_sign_up_made() {
    let world = strict().await;
    let answer = world.as_gateway().register(sign_up("alice@example.com")).await.unwrap().into_inner();
    assert!(answer.user.is_none() && !answer.user_id.is_empty());
    let again = world.as_gateway().register(sign_up("alice@example.com")).await.unwrap().into_inner();
    assert!(again.user_id.is_empty());
}
