//! How far the mail of each invitation is, as its organization sees it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use contracts::invitations::v1::{
    ExportMyInvitationsRequest, Invitation, InvitationStatus, ListMyInvitationsRequest, MailDelivery, MailProblem,
    MailStatus, ResendInvitationRequest,
};
use test_kit::START;
use uuid::Uuid;

use crate::world::World;

const HOUR: Duration = Duration::from_secs(3600);

/// What the organization sees of the mail of its one pending invitation.
async fn mail_of(world: &World, by: Uuid, organization: Uuid) -> Option<MailDelivery> {
    let listed = world.listed(by, organization, InvitationStatus::Pending).await;
    let [invitation] = <[Invitation; 1]>::try_from(listed).expect("one invitation");
    invitation.mail
}

async fn deliver_for(world: &World, hours: u32) {
    for _ in 0..hours {
        world.deliver().await;
        world.clock.advance(HOUR);
    }
    world.deliver().await;
}

async fn resend(world: &World, by: Uuid, invitation: &Invitation) -> (Invitation, String) {
    let request = ResendInvitationRequest {
        organization_id: invitation.organization_id.clone(),
        invitation_id: invitation.id.clone(),
    };
    let sent = world.invitations().resend_invitation(world.signed(by, request)).await.unwrap().into_inner();
    (sent.invitation.unwrap(), sent.token)
}

#[tokio::test]
async fn a_mail_is_queued_and_then_sent() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    let queued = MailDelivery { status: MailStatus::Queued.into(), ..MailDelivery::default() };
    assert_eq!(invitation.mail.as_ref(), Some(&queued));
    assert_eq!(mail_of(&world, alice, acme).await, Some(queued));

    world.clock.advance(Duration::from_secs(5));
    world.deliver().await;
    let sent_at = Some(START.plus(Duration::from_secs(5)).into());
    let sent = MailDelivery { status: MailStatus::Sent.into(), sent_at, ..MailDelivery::default() };
    assert_eq!(mail_of(&world, alice, acme).await, Some(sent));
}

#[tokio::test]
async fn while_the_mail_server_is_away_the_mail_waits_and_tells_why_and_is_sent_once_when_it_is_back() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.invite(alice, acme, "bob@example.com").await;
    world.mails.is_down.store(true, Ordering::SeqCst);
    deliver_for(&world, 5).await;
    let mail = mail_of(&world, alice, acme).await.unwrap();
    assert_eq!((mail.status(), mail.last_error()), (MailStatus::Queued, MailProblem::Unreachable));
    assert_eq!((mail.attempts, mail.reason(), mail.failed_at), (6, MailProblem::Unspecified, None));

    world.mails.is_down.store(false, Ordering::SeqCst);
    deliver_for(&world, 30).await;
    let mail = mail_of(&world, alice, acme).await.unwrap();
    assert_eq!((mail.status(), mail.last_error()), (MailStatus::Sent, MailProblem::Unspecified));
    assert_eq!((mail.attempts, world.mails.all().len()), (6, 1));
}

#[tokio::test]
async fn after_a_day_in_vain_the_mail_has_failed_and_the_invitation_can_still_be_accepted() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.mails.is_down.store(true, Ordering::SeqCst);
    deliver_for(&world, 24).await;
    assert_eq!(mail_of(&world, alice, acme).await.unwrap().status(), MailStatus::Queued);
    deliver_for(&world, 1).await;
    let mail = mail_of(&world, alice, acme).await.unwrap();
    assert_eq!((mail.status(), mail.reason()), (MailStatus::Failed, MailProblem::Unreachable));
    assert_eq!((mail.last_error(), mail.sent_at), (MailProblem::Unspecified, None));
    assert_eq!(mail.failed_at, Some(START.plus(HOUR * 25).into()));

    let tries = world.mails.tries.load(Ordering::SeqCst);
    world.mails.is_down.store(false, Ordering::SeqCst);
    deliver_for(&world, 5).await;
    assert_eq!(world.mails.tries.load(Ordering::SeqCst), tries, "a mail that was given up is not tried again");
    world.accept(world.user("bob@example.com"), &token).await.unwrap();
}

#[tokio::test]
async fn what_has_failed_can_be_sent_again_once_the_mail_server_is_back() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    world.mails.is_down.store(true, Ordering::SeqCst);
    deliver_for(&world, 25).await;
    assert_eq!(mail_of(&world, alice, acme).await.unwrap().status(), MailStatus::Failed);

    world.mails.is_down.store(false, Ordering::SeqCst);
    let (invitation, token) = resend(&world, alice, &invitation).await;
    assert_eq!(invitation.mail.unwrap().status(), MailStatus::Queued);
    assert_eq!(mail_of(&world, alice, acme).await.unwrap().attempts, 0);
    deliver_for(&world, 1).await;
    assert_eq!(mail_of(&world, alice, acme).await.unwrap().status(), MailStatus::Sent);
    let mails = world.mails.all();
    assert!(mails.len() == 1 && mails[0].text.contains(&token));
}

#[tokio::test]
async fn a_refusal_for_good_fails_at_once_and_says_what_it_was() {
    let cases = [("550 5.1.1", MailProblem::NoSuchMailbox), ("554 5.7.1", MailProblem::Refused)];
    for (reply, reason) in cases {
        let world = World::new().await;
        let (alice, acme) = world.team();
        let (_, token) = world.invite(alice, acme, "bob@example.com").await;
        *world.mails.refusal.lock().unwrap() = Some((reply, true));
        deliver_for(&world, 3).await;
        let mail = mail_of(&world, alice, acme).await.unwrap();
        assert_eq!((mail.status(), mail.reason(), mail.attempts), (MailStatus::Failed, reason, 1));
        assert_eq!(mail.failed_at, Some(START.into()));
        world.accept(world.user("bob@example.com"), &token).await.unwrap();
    }
}

#[tokio::test]
async fn a_refusal_for_now_is_tried_again() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.invite(alice, acme, "bob@example.com").await;
    *world.mails.refusal.lock().unwrap() = Some(("451 4.7.1", false));
    world.deliver().await;
    let mail = mail_of(&world, alice, acme).await.unwrap();
    assert_eq!((mail.status(), mail.last_error()), (MailStatus::Queued, MailProblem::Refused));
    *world.mails.refusal.lock().unwrap() = None;
    deliver_for(&world, 1).await;
    assert_eq!(mail_of(&world, alice, acme).await.unwrap().status(), MailStatus::Sent);
}

#[tokio::test]
async fn what_becomes_of_an_older_mail_is_not_told_of_the_newer_one() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.mails.is_down.store(true, Ordering::SeqCst);
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    world.deliver().await;
    let (_, token) = resend(&world, alice, &invitation).await;
    deliver_for(&world, 2).await;
    let attempts = mail_of(&world, alice, acme).await.unwrap().attempts;
    assert_eq!(attempts, 3, "the older mail is not tried any more");

    world.mails.is_down.store(false, Ordering::SeqCst);
    deliver_for(&world, 2).await;
    assert_eq!(mail_of(&world, alice, acme).await.unwrap().status(), MailStatus::Sent);
    let mails = world.mails.all();
    assert!(mails.len() == 1 && mails[0].text.contains(&token));
}

#[tokio::test]
async fn nothing_is_told_of_a_mail_that_nobody_needed_any_more() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, _) = world.invite(alice, acme, "bob@example.com").await;
    world.revoke(alice, &invitation).await.unwrap();
    world.deliver().await;
    let listed = world.listed(alice, acme, InvitationStatus::Revoked).await;
    assert_eq!((listed.len(), &listed[0].mail), (1, &None));
}

#[tokio::test]
async fn whoever_is_invited_does_not_see_how_the_mail_got_on() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    world.invite(alice, acme, "bob@example.com").await;
    world.deliver().await;
    let request = world.signed(bob, ListMyInvitationsRequest::default());
    let mine = world.invitations().list_my_invitations(request).await.unwrap().into_inner().invitations;
    let request = world.signed(bob, ExportMyInvitationsRequest {});
    let kept = world.invitations().export_my_invitations(request).await.unwrap().into_inner().received;
    assert_eq!((mine.len(), kept.len()), (1, 1));
    assert!(mine.iter().chain(&kept).all(|invitation| invitation.mail.is_none()));
}
