use std::sync::atomic::Ordering;

use contracts::invitations::v1::PreviewInvitationResponse;
use contracts::organizations::v1::OrgRole;
use service_kit::ErrorReason;

use crate::world::{WEEK, World, assert_refused};

#[tokio::test]
async fn whoever_holds_the_secret_sees_what_it_is_for() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    let expected = PreviewInvitationResponse {
        organization_name: "Acme".to_owned(),
        inviter_name: "Alice".to_owned(),
        role: OrgRole::Member.into(),
        expires_at: invitation.expires_at,
    };
    assert_eq!(world.preview(&token).await.unwrap(), expected);
    world.users.known.lock().unwrap().clear();
    assert_eq!(world.preview(&token).await.unwrap().inviter_name, "");
}

#[tokio::test]
async fn a_secret_that_nobody_made_is_not_found_whatever_it_looks_like() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let link = world.link(alice, acme, None).await;
    for token in ["", "x", &"A".repeat(43), "\0", &"A".repeat(300_000), &link] {
        assert_refused(world.preview(token).await, ErrorReason::InviteNotFound);
    }
}

#[tokio::test]
async fn a_preview_says_why_an_invitation_is_over() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (revoked, token) = world.invite(alice, acme, "bob@example.com").await;
    world.revoke(alice, &revoked).await.unwrap();
    assert_refused(world.preview(&token).await, ErrorReason::InviteRevoked);
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(WEEK);
    assert_refused(world.preview(&token).await, ErrorReason::InviteExpired);
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.accept(bob, &token).await.unwrap();
    assert_refused(world.preview(&token).await, ErrorReason::InviteAlreadyUsed);
}

#[tokio::test]
async fn a_links_preview_is_public_and_says_why_a_link_is_over() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(1)).await;
    let seen = world.preview_link(&token).await.unwrap();
    assert_eq!((seen.organization_name.as_str(), seen.inviter_name.as_str()), ("Acme", "Alice"));
    assert_eq!((seen.role(), seen.expires_at), (OrgRole::Member, None));

    world.join(world.user("bob@example.com"), &token).await.unwrap();
    assert_refused(world.preview_link(&token).await, ErrorReason::InviteLinkExhausted);
    let id = world.links_of(alice, acme).await[0].id.clone();
    world.revoke_link(alice, acme, &id).await.unwrap();
    assert_refused(world.preview_link(&token).await, ErrorReason::InviteRevoked);
    let (_, invitation) = world.invite(alice, acme, "carol@example.com").await;
    assert_refused(world.preview_link(&invitation).await, ErrorReason::InviteNotFound);
}

#[tokio::test]
async fn a_secret_that_opens_nothing_is_looked_up_like_one_that_does() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, replaced) = world.invite(alice, acme, "bob@example.com").await;
    let (_, known) = world.resend(alice, &invitation).await.unwrap();
    let (withdrawn, void) = world.invite(alice, acme, "carol@example.com").await;
    world.revoke(alice, &withdrawn).await.unwrap();
    let link = world.link(alice, acme, None).await;
    let unknown = "A".repeat(43);
    for token in [&known, &replaced, &void, &unknown] {
        let before = world.users.asked.load(Ordering::SeqCst);
        let answer = world.preview(token).await;
        assert_eq!(world.users.asked.load(Ordering::SeqCst), before + 1, "{answer:?}");
    }
    for token in [&link, &unknown] {
        let before = world.users.asked.load(Ordering::SeqCst);
        let answer = world.preview_link(token).await;
        assert_eq!(world.users.asked.load(Ordering::SeqCst), before + 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_preview_needs_no_organizations() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let link = world.link(alice, acme, None).await;
    world.organizations.set_outage(crate::stubs::Outage::Before);
    world.organizations.state.lock().unwrap().organizations.clear();
    assert_eq!(world.preview(&token).await.unwrap().organization_name, "Acme");
    assert_eq!(world.preview_link(&link).await.unwrap().organization_name, "Acme");
}
