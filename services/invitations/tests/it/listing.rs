use std::time::Duration;

use contracts::invitations::v1::{
    DeclineInvitationRequest, ExportMyInvitationsRequest, InvitationStatus, ListInvitationsRequest,
    ListMyInvitationsRequest,
};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::world::{WEEK, World, assert_refused, refused_fields};

fn request(organization: Uuid, page_size: i32, page_token: String) -> ListInvitationsRequest {
    ListInvitationsRequest { organization_id: organization.to_string(), status: 0, page_size, page_token }
}

async fn mine(world: &World, user: Uuid) -> Vec<String> {
    let request = world.signed(user, ListMyInvitationsRequest::default());
    let answer = world.invitations().list_my_invitations(request).await.unwrap().into_inner();
    answer.invitations.into_iter().map(|invitation| invitation.organization_name).collect()
}

#[tokio::test]
async fn invitations_are_listed_by_where_they_stand_now() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.invite(alice, acme, "expired@example.com").await;
    world.clock.advance(WEEK);
    let (revoked, _) = world.invite(alice, acme, "revoked@example.com").await;
    world.revoke(alice, &revoked).await.unwrap();
    let bob = world.user("accepted@example.com");
    let (accepted, _) = world.invite(alice, acme, "accepted@example.com").await;
    world.accept_by_id(bob, &accepted.id).await.unwrap();
    world.invite(alice, acme, "pending@example.com").await;

    for status in
        [InvitationStatus::Pending, InvitationStatus::Expired, InvitationStatus::Revoked, InvitationStatus::Accepted]
    {
        let listed = world.listed(alice, acme, status).await;
        let word = status.as_str_name().trim_start_matches("INVITATION_STATUS_").to_lowercase();
        assert_eq!(listed.len(), 1, "{word}");
        assert_eq!(listed[0].email, format!("{word}@example.com"));
        assert_eq!(listed[0].status(), status);
        assert_eq!(listed[0].accepted_at.is_some(), status == InvitationStatus::Accepted);
    }
    assert!(world.listed(alice, acme, InvitationStatus::Declined).await.is_empty());
    let unspecified = world.listed(alice, acme, InvitationStatus::Unspecified).await;
    assert_eq!(unspecified, world.listed(alice, acme, InvitationStatus::Pending).await);
}

#[tokio::test]
async fn pages_are_newest_first_and_each_invitation_comes_once() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    for number in 0..7 {
        world.invite(alice, acme, &format!("user{number}@example.com")).await;
        world.clock.advance(Duration::from_millis(1));
    }
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let asked = world.signed(alice, request(acme, 3, page_token));
        let page = world.invitations().list_invitations(asked).await.unwrap().into_inner();
        seen.extend(page.invitations.into_iter().map(|invitation| invitation.email));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, (0..7).rev().map(|number| format!("user{number}@example.com")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_token_is_good_for_its_own_list_only() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let other = world.organization_of(alice, "Other", false);
    for email in ["a@example.com", "b@example.com"] {
        world.invite(alice, acme, email).await;
    }
    let first = world.signed(alice, request(acme, 1, String::new()));
    let token = world.invitations().list_invitations(first).await.unwrap().into_inner().next_page_token;
    let foreign = world.signed(alice, request(other, 1, token.clone()));
    assert_eq!(refused_fields(world.invitations().list_invitations(foreign).await), ["page_token"]);
    let of_links = contracts::invitations::v1::ListInviteLinksRequest {
        organization_id: acme.to_string(),
        page_size: 1,
        page_token: token,
    };
    assert_eq!(refused_fields(world.links().list_invite_links(world.signed(alice, of_links)).await), ["page_token"]);
}

#[tokio::test]
async fn strangers_cannot_list_and_an_unknown_status_is_refused() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let carol = world.user("carol@example.com");
    let answer = world.invitations().list_invitations(world.signed(carol, request(acme, 0, String::new()))).await;
    assert_refused(answer, ErrorReason::OrganizationNotFound);
    let unknown = ListInvitationsRequest { status: 17, ..request(acme, 0, String::new()) };
    let answer = world.invitations().list_invitations(world.signed(alice, unknown)).await;
    assert_eq!(refused_fields(answer), ["status"]);
}

#[tokio::test]
async fn another_organizations_invitations_are_not_listed() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let other = world.organization_of(alice, "Other", false);
    world.invite(alice, other, "bob@example.com").await;
    assert!(world.listed(alice, acme, InvitationStatus::Pending).await.is_empty());
}

#[tokio::test]
async fn people_see_the_pending_invitations_of_their_proven_address() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let other = world.organization_of(alice, "Other", false);
    let third = world.organization_of(alice, "Third", false);
    world.invite(alice, acme, "bob@example.com").await;
    world.clock.advance(Duration::from_millis(1));
    world.invite(alice, other, "BOB@example.com").await;
    world.invite(alice, other, "carol@example.com").await;
    let (revoked, _) = world.invite(alice, third, "bob@example.com").await;
    world.revoke(alice, &revoked).await.unwrap();

    let bob = world.user("bob@example.com");
    assert_eq!(mine(&world, bob).await, ["Other", "Acme"]);
    world.clock.advance(WEEK);
    assert!(mine(&world, bob).await.is_empty());
}

#[tokio::test]
async fn an_unproven_address_shows_nothing() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.invite(alice, acme, "bob@example.com").await;
    let bob = world.user("bob@example.com");
    world.users.change(bob, |user| user.email_verified = false);
    assert!(mine(&world, bob).await.is_empty());
}

#[tokio::test]
async fn whoever_exports_gets_what_was_received_sent_and_made_and_nothing_else() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, initech) = world.team();
    let carol = world.user("carol@example.com");
    let (declined, _) = world.invite(alice, acme, "carol@example.com").await;
    let decline = DeclineInvitationRequest { invitation_id: declined.id.clone() };
    world.invitations().decline_invitation(world.signed(carol, decline)).await.unwrap();
    world.clock.advance(Duration::from_millis(1));
    let (pending, _) = world.invite(bob, initech, "carol@example.com").await;
    world.link(alice, acme, Some(3)).await;

    let export = async |user| {
        let request = world.signed(user, ExportMyInvitationsRequest {});
        world.invitations().export_my_invitations(request).await.unwrap().into_inner()
    };
    let of_carol = export(carol).await;
    let received: Vec<_> = of_carol.received.iter().map(|invitation| &invitation.id).collect();
    assert_eq!(received, [&pending.id, &declined.id]);
    assert!(of_carol.sent.is_empty() && of_carol.links.is_empty());
    let of_alice = export(alice).await;
    assert!(of_alice.received.is_empty());
    assert_eq!((of_alice.sent.len(), of_alice.links.len()), (1, 1));
    assert_eq!(of_alice.links[0].max_uses, Some(3));
}
