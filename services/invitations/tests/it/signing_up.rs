use std::time::Duration;

use contracts::identity::v1::RegisterRequest;
use contracts::invitations::v1::{AdmitProvenRequest, InvitationStatus, RegisterInviteeRequest};
use service_kit::ErrorReason;
use tonic::Status;
use uuid::Uuid;

use crate::world::{WEEK, World, assert_refused};

async fn sign_up(world: &World, email: &str, token: &str) -> Result<Uuid, Status> {
    let registration = RegisterRequest { email: email.to_owned(), password: "p".to_owned(), ..Default::default() };
    let request = RegisterInviteeRequest { registration: Some(registration), invite_token: token.to_owned() };
    let answer = world.admissions().register_invitee(request).await?.into_inner().registered.unwrap();
    Ok(answer.user_id.parse().unwrap())
}

async fn admit(world: &World, user: Uuid) -> i32 {
    let request = AdmitProvenRequest { user_id: user.to_string() };
    world.admissions().admit_proven(request).await.unwrap().into_inner().joined
}

fn prove(world: &World, user: Uuid) {
    world.users.change(user, |user| user.email_verified = true);
}

#[tokio::test]
async fn the_invitation_is_accepted_once_the_address_is_proven() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let bob = sign_up(&world, "Bob@example.com", &token).await.unwrap();
    assert!(world.sign_ups.seen.lock().unwrap()[0].is_invited, "identity hears that there is an invitation");
    assert_eq!(admit(&world, bob).await, 0, "the token proves no mailbox");
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await.len(), 1);

    prove(&world, bob);
    assert_eq!(admit(&world, bob).await, 1);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Accepted).await.len(), 1);
    assert_eq!(admit(&world, bob).await, 0, "repeating it does nothing");
}

#[tokio::test]
async fn the_relay_accepts_it_when_nobody_calls() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let bob = sign_up(&world, "bob@example.com", &token).await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    world.deliver().await;
    assert!(world.listed(alice, acme, InvitationStatus::Accepted).await.is_empty());
    prove(&world, bob);
    world.clock.advance(Duration::from_secs(600));
    world.deliver().await;
    assert_eq!(world.listed(alice, acme, InvitationStatus::Accepted).await.len(), 1);
}

#[tokio::test]
async fn another_address_or_a_dead_token_admits_nobody() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    assert_refused(sign_up(&world, "mallory@example.com", &token).await, ErrorReason::InviteEmailMismatch);
    assert_refused(sign_up(&world, "bob@example.com", &"A".repeat(43)).await, ErrorReason::InviteNotFound);
    assert_refused(sign_up(&world, "bob@example.com", "nonsense").await, ErrorReason::InviteNotFound);
    assert_refused(sign_up(&world, "not an address", &token).await, ErrorReason::ValidationError);
    world.revoke(alice, &invitation).await.unwrap();
    assert_refused(sign_up(&world, "bob@example.com", &token).await, ErrorReason::InviteRevoked);
    let (_, expired) = world.invite(alice, acme, "carol@example.com").await;
    world.clock.advance(WEEK);
    assert_refused(sign_up(&world, "carol@example.com", &expired).await, ErrorReason::InviteExpired);
    assert!(world.sign_ups.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_invitation_that_was_withdrawn_meanwhile_is_not_accepted() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    let bob = sign_up(&world, "bob@example.com", &token).await.unwrap();
    world.revoke(alice, &invitation).await.unwrap();
    prove(&world, bob);
    assert_eq!(admit(&world, bob).await, 0);
    assert_eq!(world.listed(alice, acme, InvitationStatus::Revoked).await.len(), 1);
}

#[tokio::test]
async fn a_link_admits_anybody_and_joins_nobody_by_itself() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, Some(1)).await;
    let bob = sign_up(&world, "bob@example.com", &token).await.unwrap();
    prove(&world, bob);
    assert_eq!(admit(&world, bob).await, 0);
    assert!(world.join(bob, &token).await.is_ok());
}

#[tokio::test]
async fn whoever_may_no_longer_invite_admits_nobody() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let link = world.link(alice, acme, Some(2)).await;
    world.organizations.state.lock().unwrap().members.remove(&(acme, alice));
    assert_refused(sign_up(&world, "bob@example.com", &token).await, ErrorReason::InviteRevoked);
    assert_refused(sign_up(&world, "carol@example.com", &link).await, ErrorReason::InviteRevoked);
    assert!(world.sign_ups.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn only_the_gateway_is_believed_that_tokens_go_into_cookies() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    for (mut client, email, believed) in
        [(world.admissions(), "bob@example.com", true), (world.admissions_from_anybody(), "carol@example.com", false)]
    {
        let (_, invite_token) = world.invite(alice, acme, email).await;
        let registration = RegisterRequest { email: email.to_owned(), in_cookies: true, ..Default::default() };
        client
            .register_invitee(RegisterInviteeRequest { registration: Some(registration), invite_token })
            .await
            .unwrap();
        assert_eq!(world.sign_ups.seen.lock().unwrap().last().unwrap().in_cookies, believed);
    }
}
