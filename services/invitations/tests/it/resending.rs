use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use contracts::invitations::v1::{CreateInvitationRequest, Invitation, InvitationStatus};
use service_kit::ErrorReason;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::stubs::Outage;
use crate::world::{PUBLIC_URL, WEEK, World, assert_refused, cause, invitation_to, refused_fields};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn an_invitation_sent_again_has_a_new_secret_and_the_old_one_is_dead_at_once() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (first, old) = world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(DAY);
    let (again, new) = world.resend(alice, &first).await.unwrap();
    assert_ne!(old, new);
    assert_eq!((again.id.as_str(), again.status()), (first.id.as_str(), InvitationStatus::Pending));
    assert_eq!(again.created_at, first.created_at);
    assert_eq!(again.expires_at, Some(test_kit::START.plus(DAY + WEEK).into()));

    assert_eq!(cause(world.preview(&old).await), "superseded");
    assert_eq!(cause(world.accept(bob, &old).await), "superseded");
    assert_eq!(cause(world.decline_by_token(bob, &old).await), "superseded");
    assert_eq!(world.preview(&new).await.unwrap().expires_at, again.expires_at);
    world.accept(bob, &new).await.unwrap();
    assert_eq!(cause(world.accept(bob, &old).await), "superseded");
    assert!(world.organizations.members_of(acme).contains(&bob));
}

#[tokio::test]
async fn an_expired_invitation_lives_again_for_as_long_as_before() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let expires_at = Some(test_kit::START.plus(DAY).into());
    let request = CreateInvitationRequest { expires_at, ..invitation_to(acme, "bob@example.com") };
    let mut invitation = world.try_invite(alice, request).await.unwrap().invitation.unwrap();
    for round in 1..=3 {
        world.clock.advance(DAY);
        assert_eq!(world.listed(alice, acme, InvitationStatus::Expired).await.len(), 1);
        let (again, token) = world.resend(alice, &invitation).await.unwrap();
        assert_eq!(again.expires_at, Some(test_kit::START.plus(DAY * (round + 1)).into()));
        assert!(world.preview(&token).await.is_ok());
        invitation = again;
    }
    world.accept_by_id(bob, &invitation.id).await.unwrap();
}

#[tokio::test]
async fn what_was_answered_or_is_void_is_not_sent_again() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (revoked, _) = world.invite(alice, acme, "bob@example.com").await;
    world.revoke(alice, &revoked).await.unwrap();
    assert_eq!(cause(world.resend(alice, &revoked).await), "withdrawn");
    let (declined, _) = world.invite(alice, acme, "bob@example.com").await;
    world.decline(bob, &declined.id).await.unwrap();
    assert_refused(world.resend(alice, &declined).await, ErrorReason::InviteAlreadyUsed);
    let (accepting, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organizations.set_outage(Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    assert_refused(world.resend(alice, &accepting).await, ErrorReason::InviteAlreadyUsed);
    world.organizations.set_outage(Outage::None);
    world.accept(bob, &token).await.unwrap();
    assert_refused(world.resend(alice, &accepting).await, ErrorReason::InviteAlreadyUsed);
}

#[tokio::test]
async fn an_expired_invitation_that_a_newer_one_replaced_is_not_sent_again() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (expired, _) = world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(WEEK);
    let (newer, _) = world.invite(alice, acme, "bob@example.com").await;
    assert_eq!(cause(world.resend(alice, &expired).await), "superseded");
    let pending = world.listed(alice, acme, InvitationStatus::Pending).await;
    assert_eq!(pending.iter().map(|invitation| &invitation.id).collect::<Vec<_>>(), [&newer.id]);
}

#[tokio::test]
async fn whoever_sends_it_again_is_its_inviter_and_saves_it_when_the_first_has_left() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, mallory) = (world.user("bob@example.com"), world.user("mallory@example.com"));
    world.organizations.set_may_invite(acme, mallory, true);
    let (invitation, _) = world.invite(mallory, acme, "bob@example.com").await;
    world.organizations.remove(acme, mallory);
    let (again, token) = world.resend(alice, &invitation).await.unwrap();
    assert_eq!(again.invited_by, alice.to_string());
    assert_eq!(world.preview(&token).await.unwrap().inviter_name, "Alice");
    world.accept(bob, &token).await.unwrap();
    let grant = world.organizations.state.lock().unwrap().grants.remove(0);
    assert_eq!(grant.granted_by, alice.to_string());
}

#[tokio::test]
async fn sending_again_takes_what_inviting_takes() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (carol, dave) = (world.user("carol@example.com"), world.user("dave@example.com"));
    let role = world.organizations.custom_role();
    let (invitation, token) = world.invite_to_role(alice, acme, "carol@example.com", role).await;
    assert_refused(world.resend(dave, &invitation).await, ErrorReason::OrganizationNotFound);
    world.organizations.set_may_invite(acme, dave, false);
    assert_refused(world.resend(dave, &invitation).await, ErrorReason::InsufficientPermissions);
    world.organizations.set_may_invite(acme, carol, true);
    assert_refused(world.resend(carol, &invitation).await, ErrorReason::AlreadyAMember);
    world.users.change(alice, |user| user.email_verified = false);
    assert_refused(world.resend(alice, &invitation).await, ErrorReason::EmailNotVerified);
    world.users.change(alice, |user| user.email_verified = true);
    world.organizations.state.lock().unwrap().grown_roles.insert(role);
    assert_refused(world.resend(alice, &invitation).await, ErrorReason::RoleAboveCaller);
    world.organizations.state.lock().unwrap().grown_roles.clear();
    world.organizations.state.lock().unwrap().custom_roles.clear();
    assert_refused(world.resend(alice, &invitation).await, ErrorReason::RoleNotFound);
    assert!(world.preview(&token).await.is_ok(), "the first secret still opens it");
    world.deliver().await;
    assert_eq!(world.mails.all().len(), 1);
}

#[tokio::test]
async fn an_invitation_of_another_organization_looks_like_none() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let other = world.organization_of(alice, "Other", false);
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    let elsewhere = Invitation { organization_id: other.to_string(), ..invitation.clone() };
    assert_refused(world.resend(alice, &elsewhere).await, ErrorReason::InviteNotFound);
    let random = Invitation { id: Uuid::now_v7().to_string(), ..invitation };
    assert_refused(world.resend(alice, &random).await, ErrorReason::InviteNotFound);
    let bad = Invitation { id: "x".to_owned(), organization_id: "y".to_owned(), ..Invitation::default() };
    assert_eq!(refused_fields(world.resend(alice, &bad).await), ["organization_id", "invitation_id"]);
}

#[tokio::test]
async fn each_sending_is_one_mail_with_the_secret_that_opens() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, first) = world.invite(alice, acme, "bob@example.com").await;
    world.deliver().await;
    let (_, second) = world.resend(alice, &invitation).await.unwrap();
    world.deliver().await;
    let (_, third) = world.resend(alice, &invitation).await.unwrap();
    world.clock.advance(Duration::from_secs(3600));
    world.deliver().await;
    world.deliver().await;
    let mails = world.mails.all();
    assert_eq!(mails.len(), 3);
    for (mail, token) in mails.iter().zip([first, second, third]) {
        assert!(mail.text.contains(&format!("{PUBLIC_URL}/invitations/{token}\n")), "{}", mail.text);
    }
    let ids: Vec<_> = mails.iter().map(|mail| mail.id.clone()).collect();
    let id = format!("invitation-{}", invitation.id);
    assert_eq!(ids, [id.clone(), format!("{id}-1"), format!("{id}-2")]);
}

#[tokio::test]
async fn a_mail_that_still_waits_is_not_sent_with_a_dead_secret() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (never_tried, _) = world.invite(alice, acme, "bob@example.com").await;
    world.resend(alice, &never_tried).await.unwrap();
    world.deliver().await;
    assert_eq!(world.mails.all().len(), 1, "only the second was sent");

    world.mails.is_down.store(true, Ordering::SeqCst);
    let (being_tried, _) = world.invite(alice, acme, "carol@example.com").await;
    world.deliver().await;
    let (_, token) = world.resend(alice, &being_tried).await.unwrap();
    world.mails.is_down.store(false, Ordering::SeqCst);
    world.clock.advance(Duration::from_secs(3600));
    world.deliver().await;
    let mails = world.mails.all();
    assert_eq!(mails.len(), 2);
    assert!(mails[1].text.contains(&token));
}

#[tokio::test]
async fn the_roles_are_kept_for_the_new_life_and_the_old_offer_ends() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, carol) = (world.user("bob@example.com"), world.user("carol@example.com"));
    world.organizations.set_may_invite(acme, carol, true);
    let role = world.organizations.custom_role();
    let (invitation, _) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.clock.advance(WEEK);
    let (again, token) = world.resend(carol, &invitation).await.unwrap();
    world.deliver().await;
    let offers: Vec<_> = world.organizations.state.lock().unwrap().offers.values().cloned().collect();
    assert_eq!(offers.len(), 1);
    assert_eq!((&offers[0].user_id, offers[0].expires_at), (&carol.to_string(), again.expires_at));
    assert_ne!(offers[0].offer_id, invitation.id, "closing the old offer must not close this one");
    world.clock.advance(Duration::from_secs(61));
    world.deliver().await;
    assert_eq!(world.organizations.open_offers().len(), 1, "it stands");
    world.accept(bob, &token).await.unwrap();
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty());
}

#[tokio::test]
async fn a_sending_that_failed_leaves_the_invitation_and_no_offer() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let (invitation, token) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    world.organizations.set_offer_outage(Outage::After);
    assert_refused(world.resend(alice, &invitation).await, ErrorReason::ServiceUnavailable);
    assert!(world.preview(&token).await.is_ok());
    world.organizations.set_offer_outage(Outage::None);
    world.clock.advance(Duration::from_secs(60));
    world.deliver().await;
    assert_eq!(world.organizations.open_offers(), [invitation.id]);
}

#[tokio::test]
async fn an_invitation_says_the_organizations_name_as_it_was_at_the_last_sending() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    world.organization_again(acme, "Acme Inc.");
    assert_eq!(world.preview(&token).await.unwrap().organization_name, "Acme");
    let (again, token) = world.resend(alice, &invitation).await.unwrap();
    assert_eq!(again.organization_name, "Acme Inc.");
    assert_eq!(world.preview(&token).await.unwrap().organization_name, "Acme Inc.");
    world.deliver().await;
    assert_eq!(world.mails.all()[0].subject, "Alice invites you to join Acme Inc.");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_sendings_at_once_leave_one_secret_that_opens() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let (invitation, first) = world.invite_to_role(alice, acme, "bob@example.com", role).await;
    let mut calls = JoinSet::new();
    for _ in 0..12 {
        let (world, invitation) = (Arc::clone(&world), invitation.clone());
        calls.spawn(async move { world.resend(alice, &invitation).await.unwrap().1 });
    }
    let mut tokens = calls.join_all().await;
    tokens.push(first);
    let mut open = 0;
    for token in &tokens {
        match world.preview(token).await {
            Ok(_) => open += 1,
            refused => assert_eq!(cause(refused), "superseded"),
        }
    }
    assert_eq!(open, 1);
    world.clock.advance(Duration::from_secs(61));
    world.deliver().await;
    assert_eq!(world.organizations.open_offers().len(), 1);
    let mails = world.mails.all();
    assert_eq!(mails.len(), 1, "the others were superseded before they were sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sending_and_an_acceptance_at_once_have_one_winner() {
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
        let sending = tokio::spawn({
            let world = Arc::clone(&world);
            async move { world.resend(alice, &invitation).await }
        });
        let (accepted, sent) = (accepting.await.unwrap(), sending.await.unwrap());
        assert_eq!(world.organizations.members_of(acme).contains(&bob), accepted.is_ok());
        match (accepted, sent) {
            (Ok(_), sent) => assert_refused(sent, ErrorReason::InviteAlreadyUsed),
            (refused, Ok((_, token))) => {
                assert_eq!(cause(refused), "superseded");
                world.accept(bob, &token).await.unwrap();
            }
            (Err(one), Err(other)) => panic!("nobody won round {round}: {one:?} {other:?}"),
        }
    }
}
