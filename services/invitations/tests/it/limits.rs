//! How many invitations and links there may be.

use std::sync::Arc;
use std::time::Duration;

use contracts::invitations::v1::{CreateInvitationsRequest, InvitationStatus, ResendInvitationRequest};
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use tokio::task::JoinSet;
use tonic::Status;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::world::{World, invitation_to, link_to};

const HOUR: Duration = Duration::from_secs(3600);

/// Invites one new address after the other until it is too often; answers how many there were, and the refusal.
async fn exhaust(world: &World, by: Uuid, organization: Uuid) -> (usize, Status) {
    for invited in 0.. {
        let email = format!("{}@example.com", Uuid::new_v4().simple());
        if let Err(refusal) = world.try_invite(by, invitation_to(organization, &email)).await {
            assert_eq!(reason_of(&refusal), Some(ErrorReason::RateLimited), "{refusal:?}");
            return (invited, refusal);
        }
    }
    unreachable!()
}

fn wait_of(refusal: &Status) -> Duration {
    refusal.get_details_retry_info().and_then(|info| info.retry_delay).expect("a time to wait")
}

/// A member who may invite.
fn colleague(world: &World, organization: Uuid, name: &str) -> Uuid {
    let id = world.user(&format!("{name}@example.com"));
    world.organizations.set_may_invite(organization, id, true);
    id
}

#[tokio::test]
async fn whoever_invites_very_many_waits_and_is_told_how_long() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    let (invited, refusal) = exhaust(&world, alice, acme).await;
    assert_eq!((invited, wait_of(&refusal)), (60, Duration::from_secs(90)));
    let message = "You have sent very many invitations lately; wait 90 seconds, or let a colleague send the next ones.";
    assert_eq!(refusal.message(), message);

    world.clock.advance(Duration::from_secs(90));
    assert_eq!(exhaust(&world, alice, acme).await.0, 1);
    let other = world.organization_of(alice, "Umbrella", false);
    assert_eq!(exhaust(&world, alice, other).await.0, 0, "an inviter is counted in all organizations together");
    let bob = colleague(&world, acme, "bob");
    world.invite(bob, acme, "carol@example.com").await;
}

#[tokio::test]
async fn no_hour_of_an_inviter_holds_more_than_a_hundred_and_no_day_more_than_three_hundred() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    let mut hours = Vec::new();
    for _ in 0..24 {
        hours.push(exhaust(&world, alice, acme).await.0);
        world.clock.advance(HOUR);
    }
    assert_eq!(hours[..2], [60, 40]);
    assert!(hours.windows(2).all(|pair| pair[0] + pair[1] <= 100), "{hours:?}");
    let day: usize = hours.iter().sum();
    assert!((280..=300).contains(&day), "{day} in {hours:?}");
}

#[tokio::test]
async fn an_organization_that_invites_very_many_waits_whoever_of_it_invites() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    for name in ["one", "two", "three"] {
        let colleague = colleague(&world, acme, name);
        assert_eq!(exhaust(&world, colleague, acme).await.0, 60);
    }
    let (invited, refusal) = exhaust(&world, alice, acme).await;
    assert_eq!((invited, wait_of(&refusal)), (0, Duration::from_secs(30)));
    assert!(refusal.message().starts_with("This organization has sent"), "{}", refusal.message());
    let other = world.organization_of(alice, "Umbrella", false);
    world.invite(alice, other, "bob@example.com").await;
}

#[tokio::test]
async fn an_address_is_invited_so_often_whoever_of_the_organization_invites_it() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    for number in 0..6 {
        let colleague = colleague(&world, acme, &format!("colleague{number}"));
        world.invite(colleague, acme, "Bob@Example.com").await;
    }
    let refusal = world.try_invite(alice, invitation_to(acme, "bob@example.com")).await.unwrap_err();
    assert_eq!(reason_of(&refusal), Some(ErrorReason::RateLimited));
    assert_eq!(wait_of(&refusal), HOUR / 4);
    let message = "This address has been invited too often lately; wait 15 minutes before you invite it again.";
    assert_eq!(refusal.message(), message);
    world.invite(alice, acme, "carol@example.com").await;
    let other = world.organization_of(alice, "Umbrella", false);
    world.invite(alice, other, "bob@example.com").await;
    world.clock.advance(HOUR / 4);
    world.invite(alice, acme, "bob@example.com").await;
}

#[tokio::test]
async fn a_mailbox_is_invited_so_often_whoever_invites_it_and_nobody_learns_who_did() {
    let world = World::counting().await;
    for number in 0..36 {
        let owner = world.user(&format!("owner{number}@example.com"));
        let secret = world.organization_of(owner, "Secret Partners", false);
        world.invite(owner, secret, &format!("bob+{number}@example.com")).await;
    }
    let (alice, acme) = world.team();
    let refusal = world.try_invite(alice, invitation_to(acme, "bob@example.com")).await.unwrap_err();
    assert_eq!(reason_of(&refusal), Some(ErrorReason::RateLimited));
    assert!(refusal.message().starts_with("This address has been invited too often lately"), "{}", refusal.message());
    assert!(refusal.get_details_error_info().unwrap().metadata.is_empty());
    world.invite(alice, acme, "carol@example.com").await;
}

#[tokio::test]
async fn what_is_sent_again_counts_like_what_is_new() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    let resend = async || {
        let request =
            ResendInvitationRequest { organization_id: acme.to_string(), invitation_id: invitation.id.clone() };
        world.invitations().resend_invitation(world.signed(alice, request)).await
    };
    for _ in 0..5 {
        resend().await.unwrap();
    }
    let refusal = resend().await.unwrap_err();
    assert_eq!((reason_of(&refusal), wait_of(&refusal)), (Some(ErrorReason::RateLimited), HOUR / 4));
    let refusal = world.try_invite(alice, invitation_to(acme, "bob@example.com")).await.unwrap_err();
    assert_eq!(reason_of(&refusal), Some(ErrorReason::RateLimited));
}

#[tokio::test]
async fn of_many_addresses_those_beyond_the_limit_are_refused_and_the_others_invited() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    let mut refused = 0;
    for round in 0..2 {
        let emails = (0..50).map(|number| format!("guest{round}.{number}@example.com"));
        let request = CreateInvitationsRequest {
            organization_id: acme.to_string(),
            emails: emails.collect(),
            ..CreateInvitationsRequest::default()
        };
        let answer = world.invitations().create_invitations(world.signed(alice, request)).await.unwrap();
        let refusals = answer.into_inner().results.into_iter().filter_map(|result| result.refusal);
        refused += refusals.inspect(|refusal| assert_eq!(refusal.reason, "RATE_LIMITED")).count();
    }
    assert_eq!((refused, world.listed(alice, acme, InvitationStatus::Pending).await.len()), (40, 60));
}

#[tokio::test]
async fn what_came_to_nothing_is_not_counted() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    let nowhere = Uuid::now_v7();
    for number in 0..70 {
        let email = format!("guest{number}@example.com");
        world.try_invite(alice, invitation_to(nowhere, &email)).await.unwrap_err();
        world.try_invite(alice, invitation_to(acme, "alice@example.com")).await.unwrap_err();
    }
    assert_eq!(exhaust(&world, alice, acme).await.0, 60);
    for _ in 0..20 {
        world.try_invite(alice, invitation_to(acme, "bob@example.com")).await.unwrap_err();
    }
    let other = world.user("other@example.com");
    let umbrella = world.organization_of(other, "Umbrella", false);
    for _ in 0..6 {
        world.invite(other, umbrella, "bob@example.com").await;
    }
}

#[tokio::test]
async fn an_organization_makes_only_so_many_links() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    for _ in 0..36 {
        world.link(alice, acme, None).await;
    }
    let refusal = world.try_link(alice, link_to(acme)).await.unwrap_err();
    assert_eq!((reason_of(&refusal), wait_of(&refusal)), (Some(ErrorReason::RateLimited), Duration::from_secs(150)));
    assert!(refusal.message().starts_with("This organization has made very many links"), "{}", refusal.message());
    world.clock.advance(Duration::from_secs(150));
    world.link(alice, acme, None).await;
}

#[tokio::test]
async fn turning_a_link_on_again_counts_as_making_one() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    world.link(alice, acme, None).await;
    let link = world.links_of(alice, acme).await.remove(0).id;
    for _ in 0..35 {
        world.switch(alice, acme, &link, false).await.unwrap();
        world.switch(alice, acme, &link, true).await.unwrap();
    }
    world.switch(alice, acme, &link, false).await.unwrap();
    let refusal = world.switch(alice, acme, &link, true).await.unwrap_err();
    assert_eq!((reason_of(&refusal), wait_of(&refusal)), (Some(ErrorReason::RateLimited), Duration::from_secs(150)));
    world.clock.advance(Duration::from_secs(150));
    assert!(world.switch(alice, acme, &link, true).await.unwrap().is_active);
}

#[tokio::test]
async fn nothing_is_counted_where_the_settings_say_so() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    for _ in 0..70 {
        world.invite(alice, acme, "bob@example.com").await;
    }
}

/// Makes a hundred calls at once; answers how many succeeded, and that the others came too often.
async fn hundred_at_once<Calling>(call: impl Fn(usize) -> Calling) -> usize
where
    Calling: Future<Output = Result<(), Status>> + Send + 'static,
{
    let mut calls = JoinSet::new();
    for number in 0..100 {
        calls.spawn(call(number));
    }
    let answers = calls.join_all().await;
    let made = answers.iter().filter(|answer| answer.is_ok()).count();
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert_eq!(reason_of(&refusal), Some(ErrorReason::RateLimited), "{refusal:?}");
    }
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_invitations_at_once_are_as_many_as_one_after_the_other() {
    let world = Arc::new(World::counting().await);
    let (alice, acme) = world.team();
    let made = hundred_at_once(|number| {
        let world = Arc::clone(&world);
        async move {
            let request = invitation_to(acme, &format!("guest{number}@example.com"));
            world.try_invite(alice, request).await.map(|_| ())
        }
    });
    assert_eq!(made.await, 60);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await.len(), 60);
    world.deliver().await;
    assert_eq!(world.mails.all().len(), 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_organizations_that_invite_one_address_at_once_get_as_many_to_it_as_one_after_the_other() {
    let world = Arc::new(World::counting().await);
    let teams: Vec<(Uuid, Uuid)> = (0..100)
        .map(|number| {
            let owner = world.user(&format!("owner{number}@example.com"));
            (owner, world.organization_of(owner, "Acme", false))
        })
        .collect();
    let made = hundred_at_once(|number| {
        let (world, (owner, team)) = (Arc::clone(&world), teams[number]);
        async move { world.try_invite(owner, invitation_to(team, "bob@example.com")).await.map(|_| ()) }
    });
    assert_eq!(made.await, 36);
    world.deliver().await;
    assert_eq!(world.mails.all().len(), 36);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_links_at_once_are_as_many_as_one_after_the_other() {
    let world = Arc::new(World::counting().await);
    let (alice, acme) = world.team();
    let made = hundred_at_once(|_| {
        let world = Arc::clone(&world);
        async move { world.try_link(alice, link_to(acme)).await.map(|_| ()) }
    });
    assert_eq!(made.await, 36);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_and_repeated_invitations_of_the_same_addresses_at_once_never_wait_for_each_other() {
    let world = Arc::new(World::counting().await);
    let (alice, acme) = world.team();
    let bob = colleague(&world, acme, "bob");
    let mut invitations = Vec::new();
    for number in 0..8 {
        invitations.push(world.invite(alice, acme, &format!("guest{number}@example.com")).await.0);
    }
    let mut calls = JoinSet::new();
    for number in 0..40 {
        let (world, invitation) = (Arc::clone(&world), invitations[number % 8].clone());
        calls.spawn(async move {
            if number % 2 == 0 {
                let request =
                    ResendInvitationRequest { organization_id: acme.to_string(), invitation_id: invitation.id };
                world.invitations().resend_invitation(world.signed(alice, request)).await.map(|_| ())
            } else {
                world.try_invite(bob, invitation_to(acme, &invitation.email)).await.map(|_| ())
            }
        });
    }
    for refusal in calls.join_all().await.into_iter().filter_map(Result::err) {
        let reason = reason_of(&refusal).expect("a reason");
        let expected = [ErrorReason::RateLimited, ErrorReason::InviteRevoked, ErrorReason::InviteAlreadyUsed];
        assert!(expected.contains(&reason), "{refusal:?}");
    }
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await.len(), 8);
}
