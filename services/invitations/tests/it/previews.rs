use contracts::invitations::v1::{
    PreviewInvitationRequest, PreviewInvitationResponse, PreviewInviteLinkRequest, RevokeInviteLinkRequest,
};
use contracts::organizations::v1::OrgRole;
use service_kit::ErrorReason;
use tonic::{Response, Status};

use crate::world::{WEEK, World, assert_refused};

async fn preview(world: &World, token: &str) -> Result<PreviewInvitationResponse, Status> {
    let request = PreviewInvitationRequest { token: token.to_owned() };
    world.invitations().preview_invitation(request).await.map(Response::into_inner)
}

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
    assert_eq!(preview(&world, &token).await.unwrap(), expected);
    world.users.known.lock().unwrap().clear();
    assert_eq!(preview(&world, &token).await.unwrap().inviter_name, "");
}

#[tokio::test]
async fn a_secret_that_nobody_made_is_not_found_whatever_it_looks_like() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let link = world.link(alice, acme, None).await;
    for token in ["", "x", &"A".repeat(43), "\0", &"A".repeat(300_000), &link] {
        assert_refused(preview(&world, token).await, ErrorReason::InviteNotFound);
    }
}

#[tokio::test]
async fn a_preview_says_why_an_invitation_is_over() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (revoked, token) = world.invite(alice, acme, "bob@example.com").await;
    world.revoke(alice, &revoked).await.unwrap();
    assert_refused(preview(&world, &token).await, ErrorReason::InviteRevoked);
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(WEEK);
    assert_refused(preview(&world, &token).await, ErrorReason::InviteExpired);
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    world.accept(bob, &token).await.unwrap();
    assert_refused(preview(&world, &token).await, ErrorReason::InviteAlreadyUsed);
}

#[tokio::test]
async fn a_links_preview_is_public_and_says_why_a_link_is_over() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(1)).await;
    let see = |token: &str| {
        let mut links = world.links();
        let request = PreviewInviteLinkRequest { token: token.to_owned() };
        async move { links.preview_invite_link(request).await.map(Response::into_inner) }
    };
    let seen = see(&token).await.unwrap();
    assert_eq!((seen.organization_name.as_str(), seen.inviter_name.as_str()), ("Acme", "Alice"));
    assert_eq!((seen.role(), seen.expires_at), (OrgRole::Member, None));

    world.join(world.user("bob@example.com"), &token).await.unwrap();
    assert_refused(see(&token).await, ErrorReason::InviteLinkExhausted);
    let request = RevokeInviteLinkRequest {
        organization_id: acme.to_string(),
        invite_link_id: world.links_of(alice, acme).await[0].id.clone(),
    };
    world.links().revoke_invite_link(world.signed(alice, request)).await.unwrap();
    assert_refused(see(&token).await, ErrorReason::InviteRevoked);
    let (_, invitation) = world.invite(alice, acme, "carol@example.com").await;
    assert_refused(see(&invitation).await, ErrorReason::InviteNotFound);
}
