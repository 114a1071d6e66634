use std::time::Duration;

use access_policy::BuiltInRole;
use contracts::identity::v1::UserStatus;
use contracts::invitations::v1::{CreateInvitationRequest, InvitationStatus};
use contracts::organizations::v1::OrgRole;
use service_kit::{ErrorReason, Timestamp};
use uuid::Uuid;

use crate::world::{World, assert_refused, invitation_to, refused_fields};

#[tokio::test]
async fn an_invitation_says_who_invites_whom_to_what_and_until_when() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (invitation, token) = world.invite(alice, acme, "Bob@Example.com").await;
    assert_eq!(invitation.organization_id, acme.to_string());
    assert_eq!(invitation.organization_name, "Acme");
    assert_eq!(invitation.email, "bob@example.com");
    assert_eq!(invitation.role_ids, [BuiltInRole::Member.id().to_string()]);
    assert_eq!(invitation.role(), OrgRole::Member);
    assert_eq!(invitation.status(), InvitationStatus::Pending);
    assert_eq!(invitation.invited_by, alice.to_string());
    assert_eq!(invitation.expires_at, Some(Timestamp::parse_rfc3339("2026-01-08T12:00:00Z").unwrap().into()));
    assert_eq!(invitation.created_at, Some(test_kit::START.into()));
    assert_eq!(invitation.accepted_at, None);
    assert_eq!(token.len(), 43);
}

#[tokio::test]
async fn an_invitation_as_owner_offers_the_owners_role() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let request = CreateInvitationRequest {
        role_ids: vec![BuiltInRole::Seller.id().to_string(); 2],
        role: OrgRole::Owner.into(),
        ..invitation_to(acme, "bob@example.com")
    };
    let invitation = world.try_invite(alice, request).await.unwrap().invitation.unwrap();
    assert_eq!(invitation.role(), OrgRole::Owner);
    assert_eq!(invitation.role_ids, [BuiltInRole::Seller, BuiltInRole::Owner].map(|role| role.id().to_string()));
}

#[tokio::test]
async fn whoever_has_not_proven_an_address_cannot_invite() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.users.change(alice, |user| user.email_verified = false);
    let answer = world.try_invite(alice, invitation_to(acme, "bob@example.com")).await;
    assert_refused(answer, ErrorReason::EmailNotVerified);
}

#[tokio::test]
async fn a_suspended_or_deleted_account_cannot_invite() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.users.change(alice, |user| user.status = UserStatus::Suspended.into());
    let invite = || world.try_invite(alice, invitation_to(acme, "bob@example.com"));
    assert_refused(invite().await, ErrorReason::UserSuspended);
    world.users.known.lock().unwrap().clear();
    assert_refused(invite().await, ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn a_stranger_is_told_what_a_random_organization_would_tell() {
    let world = World::new().await;
    let (_, acme) = world.team();
    let carol = world.user("carol@example.com");
    for organization in [acme, Uuid::now_v7()] {
        let answer = world.try_invite(carol, invitation_to(organization, "bob@example.com")).await;
        assert_refused(answer, ErrorReason::OrganizationNotFound);
    }
}

#[tokio::test]
async fn a_member_without_the_right_cannot_invite() {
    let world = World::new().await;
    let (_, acme) = world.team();
    let carol = world.user("carol@example.com");
    world.organizations.set_may_invite(acme, carol, false);
    let answer = world.try_invite(carol, invitation_to(acme, "bob@example.com")).await;
    assert_refused(answer, ErrorReason::InsufficientPermissions);
}

#[tokio::test]
async fn a_personal_organization_is_not_shared() {
    let world = World::new().await;
    let alice = world.user("alice@example.com");
    let personal = world.organization_of(alice, "alice@example.com", true);
    let answer = world.try_invite(alice, invitation_to(personal, "bob@example.com")).await;
    assert_refused(answer, ErrorReason::PersonalOrganization);
}

#[tokio::test]
async fn nobody_invites_their_own_address() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let answer = world.try_invite(alice, invitation_to(acme, "ALICE@example.com")).await;
    assert_refused(answer, ErrorReason::AlreadyAMember);
}

#[tokio::test]
async fn every_fault_of_a_request_is_named() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let request = CreateInvitationRequest {
        organization_id: "acme".to_owned(),
        email: "a@example.com, b@example.com".to_owned(),
        role_ids: vec![Uuid::nil().to_string(), "owner".to_owned(), "seller".to_owned()],
        role: 9,
        expires_at: Some(test_kit::START.into()),
    };
    let expected = ["organization_id", "email", "role_ids[1]", "role_ids[2]", "role", "expires_at"];
    assert_eq!(refused_fields(world.try_invite(alice, request).await), expected);

    for email in ["", "bob", "bob@example.com\0", "Bob <bob@example.com>", "\"b@b\"@example.com"] {
        assert_eq!(refused_fields(world.try_invite(alice, invitation_to(acme, email)).await), ["email"]);
    }
    let role_ids = (0..21).map(|_| Uuid::now_v7().to_string()).collect();
    let request = CreateInvitationRequest { role_ids, ..invitation_to(acme, "bob@example.com") };
    assert_eq!(refused_fields(world.try_invite(alice, request).await), ["role_ids"]);
    let role_ids = (0..20).map(|_| Uuid::now_v7().to_string()).collect();
    let role = OrgRole::Owner.into();
    let request = CreateInvitationRequest { role_ids, role, ..invitation_to(acme, "bob@example.com") };
    assert_eq!(refused_fields(world.try_invite(alice, request).await), ["role_ids"]);
}

#[tokio::test]
async fn a_new_invitation_of_an_address_replaces_the_old_one() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (old, old_token) = world.invite(alice, acme, "bob@example.com").await;
    let (new, new_token) = world.invite(alice, acme, "BOB@example.com").await;

    let pending = world.listed(alice, acme, InvitationStatus::Pending).await;
    assert_eq!(pending.iter().map(|invitation| &invitation.id).collect::<Vec<_>>(), [&new.id]);
    let revoked = world.listed(alice, acme, InvitationStatus::Revoked).await;
    assert_eq!(revoked.iter().map(|invitation| &invitation.id).collect::<Vec<_>>(), [&old.id]);
    assert_refused(world.accept(bob, &old_token).await, ErrorReason::InviteRevoked);
    world.accept(bob, &new_token).await.unwrap();
}

#[tokio::test]
async fn an_outage_of_identity_is_an_outage_and_invites_nobody() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    world.users.is_down.store(true, std::sync::atomic::Ordering::SeqCst);
    let answer = world.try_invite(alice, invitation_to(acme, "bob@example.com")).await;
    assert_refused(answer, ErrorReason::ServiceUnavailable);
    assert!(world.listed(alice, acme, InvitationStatus::Pending).await.is_empty());
}

#[tokio::test]
async fn an_invitation_expires_when_its_maker_says_so() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let bob = world.user("bob@example.com");
    let (hour, month) = (Duration::from_secs(3600), Duration::from_secs(30 * 24 * 3600));
    let until = |expires: Timestamp| CreateInvitationRequest {
        expires_at: Some(expires.into()),
        ..invitation_to(acme, "bob@example.com")
    };
    for expires in [test_kit::START.plus(hour), test_kit::START.plus(month)] {
        let created = world.try_invite(alice, until(expires)).await.unwrap();
        assert_eq!(created.invitation.unwrap().expires_at, Some(expires.into()));
    }
    let millisecond = Duration::from_millis(1);
    for expires in [
        test_kit::START.minus(hour),
        test_kit::START,
        test_kit::START.plus(hour).minus(millisecond),
        test_kit::START.plus(month).plus(millisecond),
    ] {
        assert_eq!(refused_fields(world.try_invite(alice, until(expires)).await), ["expires_at"]);
    }
    let created = world.try_invite(alice, until(test_kit::START.plus(hour))).await.unwrap();
    world.clock.advance(hour);
    assert_refused(world.accept(bob, &created.token).await, ErrorReason::InviteExpired);
}
