//! How often tokens may be tried from one network.

use std::time::Duration;

use contracts::identity::v1::RegisterRequest;
use contracts::invitations::v1::admission_service_client::AdmissionServiceClient;
use contracts::invitations::v1::invitation_service_client::InvitationServiceClient;
use contracts::invitations::v1::invite_link_service_client::InviteLinkServiceClient;
use contracts::invitations::v1::{
    AcceptInvitationByTokenRequest, DeclineInvitationByTokenRequest, JoinViaInviteLinkRequest,
    PreviewInvitationRequest, PreviewInviteLinkRequest, RegisterInviteeRequest,
};
use service_kit::ErrorReason;
use service_kit::call_origin::tell_origin;
use service_kit::refusal::reason_of;
use tonic::{Request, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::world::{World, assert_refused};

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "192.0.2.2";

fn from<T>(address: &str, mut request: Request<T>) -> Request<T> {
    tell_origin(request.metadata_mut(), address, "curl");
    request
}

fn unknown() -> String {
    "A".repeat(43)
}

async fn preview(world: &World, address: &str, token: String) -> Result<(), Status> {
    let request = from(address, Request::new(PreviewInvitationRequest { token }));
    InvitationServiceClient::new(world.as_gateway()).preview_invitation(request).await.map(|_| ())
}

async fn preview_link(world: &World, address: &str, token: String) -> Result<(), Status> {
    let request = from(address, Request::new(PreviewInviteLinkRequest { token }));
    InviteLinkServiceClient::new(world.as_gateway()).preview_invite_link(request).await.map(|_| ())
}

async fn accept(world: &World, user: Uuid, address: &str, token: String) -> Result<(), Status> {
    let request = from(address, world.signed(user, AcceptInvitationByTokenRequest { token }));
    InvitationServiceClient::new(world.as_gateway()).accept_invitation_by_token(request).await.map(|_| ())
}

async fn decline(world: &World, user: Uuid, address: &str, token: String) -> Result<(), Status> {
    let request = from(address, world.signed(user, DeclineInvitationByTokenRequest { token }));
    InvitationServiceClient::new(world.as_gateway()).decline_invitation_by_token(request).await.map(|_| ())
}

async fn join(world: &World, user: Uuid, address: &str, token: String) -> Result<(), Status> {
    let request = from(address, world.signed(user, JoinViaInviteLinkRequest { token }));
    InviteLinkServiceClient::new(world.as_gateway()).join_via_invite_link(request).await.map(|_| ())
}

async fn register(world: &World, address: &str, email: &str, invite_token: String) -> Result<(), Status> {
    let registration = RegisterRequest {
        email: email.to_owned(),
        password: "a long phrase of mine".to_owned(),
        ..RegisterRequest::default()
    };
    let request =
        from(address, Request::new(RegisterInviteeRequest { registration: Some(registration), invite_token }));
    AdmissionServiceClient::new(world.as_gateway()).register_invitee(request).await.map(|_| ())
}

#[tokio::test]
async fn previews_and_sign_ups_by_tokens_that_nobody_knows_are_counted_by_network() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let link = world.link(alice, acme, None).await;
    for number in 0..20 {
        let email = format!("guest{number}@example.com");
        for _ in 0..2 {
            preview(&world, HERE, token.clone()).await.unwrap();
            preview_link(&world, HERE, link.clone()).await.unwrap();
        }
        register(&world, HERE, &email, link.clone()).await.unwrap();
        assert_refused(preview(&world, HERE, unknown()).await, ErrorReason::InviteNotFound);
        assert_refused(preview_link(&world, HERE, unknown()).await, ErrorReason::InviteNotFound);
        assert_refused(register(&world, HERE, &email, unknown()).await, ErrorReason::InviteNotFound);
    }
    let refusal = preview(&world, HERE, unknown()).await.unwrap_err();
    assert_eq!(reason_of(&refusal), Some(ErrorReason::RateLimited));
    assert_eq!(refusal.get_details_retry_info().unwrap().retry_delay, Some(Duration::from_secs(12)));
    assert_eq!(refusal.message(), "There were too many tries from your network; wait 12 seconds and try again.");
    assert_refused(preview_link(&world, HERE, unknown()).await, ErrorReason::RateLimited);
    let signed_up = register(&world, HERE, "bob@example.com", unknown()).await;
    assert_refused(signed_up, ErrorReason::RateLimited);

    preview(&world, ELSEWHERE, token.clone()).await.unwrap();
    world.clock.advance(Duration::from_secs(12));
    preview(&world, HERE, token).await.unwrap();
    assert_refused(preview(&world, HERE, unknown()).await, ErrorReason::InviteNotFound);
    assert_refused(preview(&world, HERE, unknown()).await, ErrorReason::RateLimited);
}

#[tokio::test]
async fn whoever_is_signed_in_is_counted_for_unknown_tokens_alone() {
    let world = World::counting().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let link = world.link(alice, acme, None).await;
    for _ in 0..70 {
        accept(&world, bob, HERE, token.clone()).await.unwrap();
        assert_refused(join(&world, bob, HERE, link.clone()).await, ErrorReason::AlreadyAMember);
        assert_refused(accept(&world, alice, HERE, token.clone()).await, ErrorReason::InviteEmailMismatch);
    }
    for _ in 0..20 {
        assert_refused(accept(&world, bob, HERE, unknown()).await, ErrorReason::InviteNotFound);
        assert_refused(decline(&world, bob, HERE, unknown()).await, ErrorReason::InviteNotFound);
        assert_refused(join(&world, bob, HERE, unknown()).await, ErrorReason::InviteNotFound);
    }
    assert_refused(accept(&world, bob, HERE, unknown()).await, ErrorReason::RateLimited);
    assert_refused(decline(&world, bob, HERE, unknown()).await, ErrorReason::RateLimited);
    assert_refused(join(&world, bob, HERE, link.clone()).await, ErrorReason::RateLimited);
    accept(&world, bob, ELSEWHERE, token).await.unwrap();
}

#[tokio::test]
async fn sixty_four_bits_of_an_address_of_version_6_are_one_network() {
    let world = World::counting().await;
    for number in 0..60 {
        let address = format!("2001:db8:1:2::{number:x}");
        assert_refused(preview(&world, &address, unknown()).await, ErrorReason::InviteNotFound);
    }
    assert_refused(preview(&world, "2001:db8:1:2:ffff::1", unknown()).await, ErrorReason::RateLimited);
    assert_refused(preview(&world, "2001:db8:1:3::1", unknown()).await, ErrorReason::InviteNotFound);
}

#[tokio::test]
async fn nobody_but_the_gateway_says_where_a_call_comes_from() {
    let world = World::counting().await;
    for number in 0..60 {
        let request = Request::new(PreviewInvitationRequest { token: unknown() });
        let request = from(&format!("10.0.0.{number}"), request);
        let answer = world.invitations().preview_invitation(request).await;
        assert_refused(answer, ErrorReason::InviteNotFound);
    }
    let request = from("10.1.1.1", Request::new(PreviewInvitationRequest { token: unknown() }));
    assert_refused(world.invitations().preview_invitation(request).await, ErrorReason::RateLimited);
}
