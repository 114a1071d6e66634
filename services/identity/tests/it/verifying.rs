//! Proving an e-mail address.

use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use tonic::Status;

use crate::world::{World, reason};

async fn verify(world: &World, token: &str) -> Result<proto::User, Status> {
    let request = proto::VerifyEmailRequest { token: token.to_owned() };
    Ok(world.account().verify_email(request).await?.into_inner().user.unwrap())
}

async fn resend(world: &World, email: &str) {
    let request = proto::ResendVerificationRequest { email: email.to_owned() };
    world.account().resend_verification(request).await.unwrap();
}

#[tokio::test]
async fn the_mailed_link_proves_the_address_once() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.run_relay(1).await;
    let mails = world.mails.all();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to.canonical(), "alice@example.com");
    assert!(mails[0].html.contains(&world.mails.last_token()));

    let user = verify(&world, &world.mails.last_token()).await.unwrap();
    assert_eq!((user.id.as_str(), user.email_verified), (alice.id.as_str(), true));
    assert_eq!(reason(verify(&world, &world.mails.last_token()).await), ErrorReason::LinkInvalid);

    let refreshed = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    assert!(world.verified(&refreshed.access_token).email_verified);
}

#[tokio::test]
async fn a_link_works_for_a_day() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    world.run_relay(1).await;
    world.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(reason(verify(&world, &world.mails.last_token()).await), ErrorReason::LinkInvalid);
}

#[tokio::test]
async fn a_new_link_voids_the_older_one() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    world.run_relay(1).await;
    let older = world.mails.last_token();
    resend(&world, "Alice@Example.com").await;
    world.run_relay(2).await;
    assert_ne!(world.mails.last_token(), older);
    assert_eq!(reason(verify(&world, &older).await), ErrorReason::LinkInvalid);
    assert!(verify(&world, &world.mails.last_token()).await.is_ok());
}

#[tokio::test]
async fn a_mail_whose_link_was_replaced_is_not_sent() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    resend(&world, "alice@example.com").await;
    world.run_relay(3).await;
    assert_eq!(world.mails.all().len(), 1);
    assert!(verify(&world, &world.mails.last_token()).await.is_ok());
}

#[tokio::test]
async fn only_unproven_accounts_get_another_mail() {
    let world = World::new().await;
    resend(&world, "nobody@example.com").await;
    world.person("alice@example.com").await;
    world.run_relay(2).await;
    verify(&world, &world.mails.last_token()).await.unwrap();
    resend(&world, "alice@example.com").await;
    world.run_relay(1).await;
    assert_eq!(world.mails.all().len(), 1);
}

#[tokio::test]
async fn a_secret_of_another_kind_proves_nothing() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    for token in ["", "nonsense", &"A".repeat(43), &alice.tokens.refresh_token] {
        assert_eq!(reason(verify(&world, token).await), ErrorReason::LinkInvalid);
    }
}

#[tokio::test]
async fn a_mail_that_is_sent_again_holds_the_same_link_under_the_same_id() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    world.mails.lose_answers(true);
    world.run_relay(1).await;
    world.mails.lose_answers(false);
    world.clock.advance(Duration::from_secs(10));
    world.run_relay(1).await;
    let mails = world.mails.all();
    assert_eq!(mails.len(), 2);
    assert!(mails[0] == mails[1], "the reader sees one mail");
    assert!(verify(&world, &world.mails.last_token()).await.is_ok());
}

#[tokio::test]
async fn asks_that_come_while_one_waits_are_one() {
    let world = World::new().await;
    world.person("alice@example.com").await;
    world.run_relay(1).await;
    for _ in 0..20 {
        resend(&world, "alice@example.com").await;
    }
    world.run_relay(2).await;
    assert_eq!(world.mails.all().len(), 2);
}
