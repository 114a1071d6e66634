//! Many calls at once; afterwards the invariant is read back.

use std::sync::Arc;

use contracts::invitations::v1::InvitationStatus;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use tokio::task::JoinSet;

use crate::world::{World, invitation_to};

#[tokio::test(flavor = "multi_thread")]
async fn fifteen_acceptances_at_once_make_one_member_and_all_succeed() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    for round in 0..6 {
        let email = format!("bob{round}@example.com");
        let bob = world.user(&email);
        let (_, token) = world.invite(alice, acme, &email).await;
        let mut calls = JoinSet::new();
        for _ in 0..15 {
            let (world, token) = (Arc::clone(&world), token.clone());
            calls.spawn(async move { world.accept(bob, &token).await.unwrap().organization.unwrap().id });
        }
        let answers = calls.join_all().await;
        assert!(answers.iter().all(|id| *id == acme.to_string()));
        assert_eq!(world.organizations.members_of(acme).len(), round + 2);
    }
    assert_eq!(world.listed(alice, acme, InvitationStatus::Accepted).await.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_and_an_acceptance_at_once_have_one_winner() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    for round in 0..20 {
        let email = format!("bob{round}@example.com");
        let bob = world.user(&email);
        let (invitation, token) = world.invite(alice, acme, &email).await;
        let accepting = tokio::spawn({
            let world = Arc::clone(&world);
            async move { world.accept(bob, &token).await }
        });
        let revoking = tokio::spawn({
            let world = Arc::clone(&world);
            async move { world.revoke(alice, &invitation).await }
        });
        let (accepted, revoked) = (accepting.await.unwrap(), revoking.await.unwrap());
        assert_ne!(accepted.is_ok(), revoked.is_ok(), "round {round}");
        assert_eq!(world.organizations.members_of(acme).contains(&bob), accepted.is_ok());
        if let Err(status) = accepted {
            assert_eq!(reason_of(&status), Some(ErrorReason::InviteRevoked));
        }
        if let Err(status) = revoked {
            assert_eq!(reason_of(&status), Some(ErrorReason::InviteAlreadyUsed));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acceptance_and_a_new_invitation_at_once_leave_one_that_counts() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    for round in 0..20 {
        let email = format!("bob{round}@example.com");
        let bob = world.user(&email);
        let (_, token) = world.invite(alice, acme, &email).await;
        let accepting = tokio::spawn({
            let world = Arc::clone(&world);
            async move { world.accept(bob, &token).await }
        });
        let inviting = tokio::spawn({
            let (world, email) = (Arc::clone(&world), email.clone());
            async move { world.try_invite(alice, invitation_to(acme, &email)).await }
        });
        let (accepted, invited) = (accepting.await.unwrap(), inviting.await.unwrap());
        assert_eq!(world.organizations.members_of(acme).contains(&bob), accepted.is_ok());
        match (accepted, invited) {
            (Err(refused), Ok(_)) => assert_eq!(reason_of(&refused), Some(ErrorReason::InviteRevoked)),
            (Ok(_), Err(refused)) => assert_eq!(reason_of(&refused), Some(ErrorReason::Conflict)),
            (Ok(_), Ok(_)) => {}
            (Err(one), Err(other)) => panic!("nobody won round {round}: {one:?} {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_of_one_address_at_once_leave_one_pending() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let world = Arc::clone(&world);
        calls.spawn(async move { world.try_invite(alice, invitation_to(acme, "bob@example.com")).await.unwrap() });
    }
    calls.join_all().await;
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await.len(), 1);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Revoked).await.len(), 19);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_takers_of_seven_uses_exactly_seven_join() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(7)).await;
    let mut calls = JoinSet::new();
    for number in 0..60 {
        let user = world.user(&format!("user{number}@example.com"));
        let (world, token) = (Arc::clone(&world), token.clone());
        calls.spawn(async move { world.join(user, &token).await.map_err(|status| reason_of(&status)) });
    }
    let answers = calls.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 7);
    let refused = answers.into_iter().filter_map(Result::err);
    assert!(refused.into_iter().all(|reason| reason == Some(ErrorReason::InviteLinkExhausted)));
    assert_eq!(world.organizations.members_of(acme).len(), 8);
    assert_eq!(world.links_of(alice, acme).await[0].uses, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_who_joins_fifteen_times_at_once_takes_one_use() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(2)).await;
    let bob = world.user("bob@example.com");
    let mut calls = JoinSet::new();
    for _ in 0..15 {
        let (world, token) = (Arc::clone(&world), token.clone());
        calls.spawn(async move { world.join(bob, &token).await.unwrap() });
    }
    calls.join_all().await;
    assert_eq!(world.links_of(alice, acme).await[0].uses, 1);
    assert_eq!(world.organizations.members_of(acme).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn uses_taken_by_members_come_back_however_many_try() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(3)).await;
    let mut calls = JoinSet::new();
    for number in 0..20 {
        let member = world.user(&format!("member{number}@example.com"));
        world.organizations.set_may_invite(acme, member, false);
        let (world, token) = (Arc::clone(&world), token.clone());
        calls.spawn(async move { world.join(member, &token).await.unwrap_err() });
    }
    calls.join_all().await;
    assert_eq!(world.links_of(alice, acme).await[0].uses, 0);
    world.join(world.user("bob@example.com"), &token).await.unwrap();
}
