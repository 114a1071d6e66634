//! Calls under an idempotency key while organizations is away, and after.

use contracts::invitations::v1::{AcceptInvitationByTokenRequest, InvitationStatus};
use service_kit::ErrorReason;
use tonic::Request;

use crate::stubs::Outage;
use crate::world::{World, assert_refused, invitation_to, invitation_to_role};

fn under<T>(key: &str, mut request: Request<T>) -> Request<T> {
    request.metadata_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

#[tokio::test]
async fn an_invitation_is_made_and_mailed_once_and_its_token_is_told_again() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let invite = async || {
        let request = world.signed(alice, invitation_to(acme, "bob@example.com"));
        world.invitations().create_invitation(under("key", request)).await.unwrap().into_inner()
    };
    let first = invite().await;
    assert_eq!(invite().await, first);
    world.deliver().await;
    assert_eq!(world.mails.all().len(), 1);
    let pending = world.listed(alice, acme, InvitationStatus::Pending).await;
    assert_eq!(pending.iter().map(|listed| &listed.id).collect::<Vec<_>>(), [&first.invitation.unwrap().id]);
    assert!(world.listed(alice, acme, InvitationStatus::Revoked).await.is_empty());
}

#[tokio::test]
async fn an_invitation_that_met_an_outage_is_made_when_it_comes_again() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let invite = async || {
        let request = world.signed(alice, invitation_to_role(acme, "bob@example.com", role));
        world.invitations().create_invitation(under("key", request)).await
    };
    // The first step, the intent to close the offer, is durable by then.
    world.organizations.set_offer_outage(Outage::After);
    for _ in 0..2 {
        assert_refused(invite().await, ErrorReason::ServiceUnavailable);
    }
    world.organizations.set_offer_outage(Outage::None);
    let first = invite().await.unwrap();
    assert!(!first.metadata().contains_key("idempotent-replayed"));
    let second = invite().await.unwrap();
    assert!(second.metadata().contains_key("idempotent-replayed"));
    assert_eq!(first.into_inner(), second.into_inner());
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await.len(), 1);
}

#[tokio::test]
async fn an_accept_that_was_claimed_before_an_outage_is_finished_when_it_comes_again() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(alice, acme, "bob@example.com").await;
    let accept = async || {
        let request = world.signed(bob, AcceptInvitationByTokenRequest { token: token.clone() });
        world.invitations().accept_invitation_by_token(under("key", request)).await
    };
    for outage in [Outage::Before, Outage::After] {
        world.organizations.set_outage(outage);
        assert_refused(accept().await, ErrorReason::ServiceUnavailable);
    }
    world.organizations.set_outage(Outage::None);
    let first = accept().await.unwrap().into_inner();
    let second = accept().await.unwrap();
    assert!(second.metadata().contains_key("idempotent-replayed"));
    assert_eq!(second.into_inner(), first);
    assert_eq!(world.organizations.members_of(acme).len(), 2);
}
