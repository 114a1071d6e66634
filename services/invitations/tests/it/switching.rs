//! Links that are turned off and on again.

use std::sync::Arc;
use std::time::Duration;

use contracts::identity::v1::RegisterRequest;
use contracts::invitations::v1::{CreateInviteLinkRequest, RegisterInviteeRequest};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::stubs::Outage;
use crate::world::{World, assert_refused, cause, link_to, refused_fields};

/// A new link's id and secret.
async fn made(world: &World, by: Uuid, request: CreateInviteLinkRequest) -> (String, String) {
    let created = world.try_link(by, request).await.unwrap();
    (created.invite_link.unwrap().id, created.token)
}

#[tokio::test]
async fn a_link_that_is_off_lets_nobody_in_until_it_is_on_again() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, carol) = (world.user("bob@example.com"), world.user("carol@example.com"));
    let (id, token) = made(&world, alice, link_to(acme)).await;
    world.join(bob, &token).await.unwrap();
    for _ in 0..2 {
        let off = world.switch(alice, acme, &id, false).await.unwrap();
        assert_eq!((off.is_active, off.is_revoked, off.uses), (false, false, 1));
    }
    assert_eq!(cause(world.join(carol, &token).await), "turned_off");
    assert_eq!(cause(world.preview_link(&token).await), "turned_off");
    let registration = RegisterRequest { email: "dave@example.com".to_owned(), ..Default::default() };
    let sign_up = RegisterInviteeRequest { registration: Some(registration), invite_token: token.clone() };
    assert_eq!(cause(world.admissions().register_invitee(sign_up).await), "turned_off");
    world.join(bob, &token).await.expect("whoever has joined is a member");

    for _ in 0..2 {
        let on = world.switch(alice, acme, &id, true).await.unwrap();
        assert_eq!((on.is_active, on.is_revoked, on.uses), (true, false, 1));
        assert_eq!(world.links_of(alice, acme).await, [on]);
    }
    world.join(carol, &token).await.unwrap();
    assert_eq!(world.links_of(alice, acme).await[0].uses, 2);
}

#[tokio::test]
async fn a_revoked_link_stays_off() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (id, token) = made(&world, alice, link_to(acme)).await;
    world.switch(alice, acme, &id, false).await.unwrap();
    world.revoke_link(alice, acme, &id).await.unwrap();
    for is_active in [true, false] {
        assert_eq!(cause(world.switch(alice, acme, &id, is_active).await), "withdrawn");
    }
    assert_eq!(cause(world.preview_link(&token).await), "withdrawn");
    let link = world.links_of(alice, acme).await.remove(0);
    assert_eq!((link.is_active, link.is_revoked), (false, true));
}

#[tokio::test]
async fn turning_on_takes_what_making_a_link_takes() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let carol = world.user("carol@example.com");
    let role = world.organizations.custom_role();
    let role_ids = vec![role.to_string()];
    let (id, _) = made(&world, alice, CreateInviteLinkRequest { role_ids, ..link_to(acme) }).await;
    for is_active in [false, true] {
        let by = async |user| world.switch(user, acme, &id, is_active).await;
        world.organizations.remove(acme, carol);
        assert_refused(by(carol).await, ErrorReason::OrganizationNotFound);
        world.organizations.set_may_invite(acme, carol, false);
        assert_refused(by(carol).await, ErrorReason::InsufficientPermissions);
        if !is_active {
            by(alice).await.unwrap();
        }
    }
    world.organizations.set_may_invite(acme, carol, true);
    world.users.change(carol, |user| user.email_verified = false);
    assert_refused(world.switch(carol, acme, &id, true).await, ErrorReason::EmailNotVerified);
    world.users.change(carol, |user| user.email_verified = true);
    world.organizations.state.lock().unwrap().grown_roles.insert(role);
    assert_refused(world.switch(carol, acme, &id, true).await, ErrorReason::RoleAboveCaller);
    world.organizations.state.lock().unwrap().grown_roles.clear();
    let on = world.switch(carol, acme, &id, true).await.unwrap();
    assert_eq!(on.created_by, alice.to_string(), "it stays its maker's");
}

#[tokio::test]
async fn a_link_whose_maker_may_no_longer_make_it_is_not_turned_on() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let mallory = world.user("mallory@example.com");
    world.organizations.set_may_invite(acme, mallory, true);
    let (id, token) = made(&world, mallory, link_to(acme)).await;
    world.switch(alice, acme, &id, false).await.unwrap();
    world.organizations.remove(acme, mallory);
    assert_eq!(cause(world.switch(alice, acme, &id, true).await), "inviter_left");
    assert_eq!(cause(world.preview_link(&token).await), "inviter_left");
    assert!(world.links_of(alice, acme).await[0].is_revoked);
}

#[tokio::test]
async fn a_link_that_could_let_nobody_in_is_not_turned_on() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let expires_at = Some(test_kit::START.plus(Duration::from_secs(60)).into());
    let (used_up, token) = made(&world, alice, CreateInviteLinkRequest { max_uses: Some(1), ..link_to(acme) }).await;
    let (expired, _) = made(&world, alice, CreateInviteLinkRequest { expires_at, ..link_to(acme) }).await;
    world.join(world.user("bob@example.com"), &token).await.unwrap();
    for id in [&used_up, &expired] {
        world.switch(alice, acme, id, false).await.unwrap();
    }
    world.clock.advance(Duration::from_secs(60));
    assert_refused(world.switch(alice, acme, &used_up, true).await, ErrorReason::InviteLinkExhausted);
    assert_refused(world.switch(alice, acme, &expired, true).await, ErrorReason::InviteExpired);
}

#[tokio::test]
async fn another_organizations_link_looks_like_none() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let other = world.organization_of(alice, "Other", false);
    let (id, token) = made(&world, alice, link_to(acme)).await;
    for is_active in [false, true] {
        assert_refused(world.switch(alice, other, &id, is_active).await, ErrorReason::InviteNotFound);
        let random = Uuid::now_v7().to_string();
        assert_refused(world.switch(alice, acme, &random, is_active).await, ErrorReason::InviteNotFound);
        assert_eq!(refused_fields(world.switch(alice, acme, "x", is_active).await), ["invite_link_id"]);
    }
    assert!(world.preview_link(&token).await.is_ok());
}

#[tokio::test]
async fn the_roles_are_let_go_while_it_is_off_and_kept_again_afterwards() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let (bob, role) = (world.user("bob@example.com"), world.organizations.custom_role());
    let request = CreateInviteLinkRequest { role_ids: vec![role.to_string()], max_uses: Some(2), ..link_to(acme) };
    let (id, token) = made(&world, alice, request).await;
    for _ in 0..3 {
        world.switch(alice, acme, &id, false).await.unwrap();
        world.deliver().await;
        assert!(world.organizations.open_offers().is_empty());
        world.switch(alice, acme, &id, true).await.unwrap();
        world.clock.advance(Duration::from_secs(61));
        world.deliver().await;
        assert_eq!(world.organizations.open_offers().len(), 1);
    }
    world.join(bob, &token).await.unwrap();
    world.join(world.user("carol@example.com"), &token).await.unwrap();
    world.deliver().await;
    assert!(world.organizations.open_offers().is_empty(), "the last use was of the offer that is open now");
}

#[tokio::test]
async fn a_closing_that_comes_late_does_not_close_what_was_opened_since() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let request = CreateInviteLinkRequest { role_ids: vec![role.to_string()], ..link_to(acme) };
    let (id, _) = made(&world, alice, request).await;
    world.switch(alice, acme, &id, false).await.unwrap();
    world.organizations.set_offer_outage(Outage::Before);
    world.deliver().await;
    world.organizations.set_offer_outage(Outage::None);
    world.switch(alice, acme, &id, true).await.unwrap();
    assert_eq!(world.organizations.open_offers().len(), 2);
    world.clock.advance(Duration::from_secs(61));
    world.deliver().await;
    let open = world.organizations.open_offers();
    assert_eq!(open.len(), 1);
    assert_ne!(open[0], id, "the first offer was the link's own id");
}

#[tokio::test(flavor = "multi_thread")]
async fn turned_on_by_many_at_once_it_is_on_and_its_roles_are_kept_once() {
    let world = Arc::new(World::new().await);
    let (alice, acme) = world.team();
    let role = world.organizations.custom_role();
    let request = CreateInviteLinkRequest { role_ids: vec![role.to_string()], ..link_to(acme) };
    let (id, token) = made(&world, alice, request).await;
    world.switch(alice, acme, &id, false).await.unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (world, id) = (Arc::clone(&world), id.clone());
        calls.spawn(async move { world.switch(alice, acme, &id, true).await.unwrap().is_active });
    }
    assert!(calls.join_all().await.into_iter().all(|is_active| is_active));
    world.clock.advance(Duration::from_secs(61));
    world.deliver().await;
    assert_eq!(world.organizations.open_offers().len(), 1);
    world.join(world.user("bob@example.com"), &token).await.unwrap();
}
