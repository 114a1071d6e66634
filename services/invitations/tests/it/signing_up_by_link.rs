use std::sync::Arc;
use std::sync::atomic::Ordering;

use contracts::identity::v1::RegisterRequest;
use contracts::invitations::v1::RegisterInviteeRequest;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use tokio::task::JoinSet;
use tonic::Status;
use uuid::Uuid;

use crate::world::{World, assert_refused};

async fn sign_up_with(world: &World, email: &str, password: &str, token: &str) -> Result<Uuid, Status> {
    let registration = RegisterRequest { email: email.to_owned(), password: password.to_owned(), ..Default::default() };
    let request = RegisterInviteeRequest { registration: Some(registration), invite_token: token.to_owned() };
    let answer = world.admissions().register_invitee(request).await?.into_inner().registered.unwrap();
    Ok(answer.user_id.parse().unwrap())
}

async fn sign_up(world: &World, email: &str, token: &str) -> Result<Uuid, Status> {
    sign_up_with(world, email, "p", token).await
}

#[tokio::test]
async fn a_link_makes_no_more_accounts_than_it_has_uses() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(2)).await;
    let bob = sign_up(&world, "bob@example.com", &token).await.unwrap();
    let carol = sign_up(&world, "carol@example.com", &token).await.unwrap();
    assert_refused(sign_up(&world, "dave@example.com", &token).await, ErrorReason::InviteLinkExhausted);
    assert_eq!(world.sign_ups.accounts(), 2);
    for user in [bob, carol] {
        world.users.change(user, |user| user.email_verified = true);
        world.join(user, &token).await.unwrap();
    }
    assert_eq!(world.links_of(alice, acme).await[0].uses, 2);
}

#[tokio::test]
async fn the_same_sign_up_again_counts_once() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(2)).await;
    let bob = sign_up(&world, "bob@example.com", &token).await.unwrap();
    for email in ["bob@example.com", "Bob@Example.com"] {
        let again = sign_up_with(&world, email, "p", &token).await;
        assert!(again.is_ok(), "{email}: {again:?}");
    }
    assert_eq!(sign_up(&world, "bob@example.com", &token).await.unwrap(), bob);
    assert_eq!(world.sign_ups.accounts(), 1);
    assert!(sign_up(&world, "carol@example.com", &token).await.is_ok());
    assert!(sign_up(&world, "bob@example.com", &token).await.is_ok(), "also when nothing is left");
    assert_refused(sign_up(&world, "dave@example.com", &token).await, ErrorReason::InviteLinkExhausted);
}

#[tokio::test]
async fn a_sign_up_that_makes_no_account_is_given_back() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(1)).await;
    for reason in [
        ErrorReason::WeakPassword,
        ErrorReason::UserAlreadyExists,
        ErrorReason::ValidationError,
        ErrorReason::RateLimited,
        ErrorReason::Forbidden,
    ] {
        *world.sign_ups.refuses.lock().unwrap() = Some(reason);
        assert_refused(sign_up(&world, "bob@example.com", &token).await, reason);
    }
    *world.sign_ups.refuses.lock().unwrap() = None;
    assert!(sign_up(&world, "carol@example.com", &token).await.is_ok());
}

#[tokio::test]
async fn a_sign_up_whose_answer_is_lost_stays_counted_and_may_be_repeated() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(1)).await;
    world.sign_ups.loses_answers.store(true, Ordering::SeqCst);
    assert_refused(sign_up(&world, "bob@example.com", &token).await, ErrorReason::ServiceUnavailable);
    world.sign_ups.loses_answers.store(false, Ordering::SeqCst);
    assert_refused(sign_up(&world, "carol@example.com", &token).await, ErrorReason::InviteLinkExhausted);
    let by_another = sign_up_with(&world, "bob@example.com", "q", &token).await;
    assert_refused(by_another, ErrorReason::UserAlreadyExists);
    assert_refused(sign_up(&world, "carol@example.com", &token).await, ErrorReason::InviteLinkExhausted);
    assert!(sign_up(&world, "bob@example.com", &token).await.is_ok());
    assert_eq!(world.sign_ups.accounts(), 1);
}

#[tokio::test]
async fn a_link_without_bound_admits_any_number() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, None).await;
    for number in 0..12 {
        sign_up(&world, &format!("user{number}@example.com"), &token).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_who_sign_up_by_five_uses_exactly_five_get_an_account() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(5)).await;
    let mut calls = JoinSet::new();
    for number in 0..60 {
        let (world, token) = (Arc::clone(&world), token.clone());
        calls.spawn(async move { sign_up(&world, &format!("user{number}@example.com"), &token).await });
    }
    let answers = calls.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 5);
    let reasons = answers.into_iter().filter_map(Result::err).map(|status| reason_of(&status));
    assert!(reasons.into_iter().all(|reason| reason == Some(ErrorReason::InviteLinkExhausted)));
    assert_eq!(world.sign_ups.accounts(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ups_that_quarrel_over_their_addresses_free_no_use() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(3)).await;
    let mut calls = JoinSet::new();
    for number in 0..60 {
        let (world, token) = (Arc::clone(&world), token.clone());
        let (email, password) = (format!("user{}@example.com", number % 6), format!("password {}", number % 5));
        calls.spawn(async move { sign_up_with(&world, &email, &password, &token).await });
    }
    calls.join_all().await;
    assert_eq!(world.sign_ups.accounts(), 3);
    assert_refused(sign_up(&world, "late@example.com", &token).await, ErrorReason::InviteLinkExhausted);
}
