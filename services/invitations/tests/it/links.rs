use std::time::Duration;

use access_policy::BuiltInRole;
use contracts::invitations::v1::{CreateInviteLinkRequest, ListInviteLinksRequest};
use contracts::organizations::v1::OrgRole;
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::world::{PUBLIC_URL, World, assert_refused, link_to, refused_fields};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn a_link_is_listed_as_it_was_made_and_its_secret_is_said_once() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let request = CreateInviteLinkRequest {
        role_ids: vec![BuiltInRole::Seller.id().to_string()],
        role: OrgRole::Member.into(),
        max_uses: Some(3),
        expires_at: Some(test_kit::START.plus(DAY).into()),
        ..link_to(acme)
    };
    let created = world.try_link(alice, request.clone()).await.unwrap();
    assert_eq!(created.url, format!("{PUBLIC_URL}/join/{}", created.token));
    assert_eq!(created.token.len(), 43);
    let link = created.invite_link.unwrap();
    assert_eq!((link.role(), link.role_ids.clone()), (OrgRole::Member, request.role_ids));
    assert_eq!((link.max_uses, link.uses, link.is_active), (Some(3), 0, true));
    assert_eq!((link.expires_at, link.created_by.as_str()), (request.expires_at, alice.to_string().as_str()));
    assert_eq!(world.links_of(alice, acme).await, [link]);
}

#[tokio::test]
async fn a_link_never_makes_owners() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let by_role = CreateInviteLinkRequest { role: OrgRole::Owner.into(), ..link_to(acme) };
    assert_eq!(refused_fields(world.try_link(alice, by_role).await), ["role"]);
    let role_ids = vec![BuiltInRole::Owner.id().to_string()];
    let by_id = CreateInviteLinkRequest { role_ids, ..link_to(acme) };
    assert_eq!(refused_fields(world.try_link(alice, by_id).await), ["role_ids"]);
}

#[tokio::test]
async fn bounds_out_of_range_are_named() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    for max_uses in [0, -1, 10_001, i32::MAX] {
        let request = CreateInviteLinkRequest { max_uses: Some(max_uses), ..link_to(acme) };
        assert_eq!(refused_fields(world.try_link(alice, request).await), ["max_uses"]);
    }
    let now = test_kit::START;
    let mut instants: Vec<prost_types::Timestamp> = [now, now.minus(DAY), now.plus(DAY * 367)].map(Into::into).to_vec();
    instants.push(prost_types::Timestamp { seconds: i64::MAX, nanos: i32::MIN });
    for instant in instants {
        let request = CreateInviteLinkRequest { expires_at: Some(instant), ..link_to(acme) };
        assert_eq!(refused_fields(world.try_link(alice, request).await), ["expires_at"]);
    }
}

#[tokio::test]
async fn making_a_link_takes_the_right_a_proven_address_and_a_team() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let carol = world.user("carol@example.com");
    assert_refused(world.try_link(carol, link_to(acme)).await, ErrorReason::OrganizationNotFound);
    world.organizations.set_may_invite(acme, carol, false);
    assert_refused(world.try_link(carol, link_to(acme)).await, ErrorReason::InsufficientPermissions);
    let personal = world.organization_of(alice, "alice@example.com", true);
    assert_refused(world.try_link(alice, link_to(personal)).await, ErrorReason::PersonalOrganization);
    world.users.change(alice, |user| user.email_verified = false);
    assert_refused(world.try_link(alice, link_to(acme)).await, ErrorReason::EmailNotVerified);
}

#[tokio::test]
async fn links_are_paged_newest_first() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    for _ in 0..5 {
        world.link(alice, acme, None).await;
        world.clock.advance(Duration::from_millis(1));
    }
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListInviteLinksRequest { organization_id: acme.to_string(), page_size: 2, page_token };
        let page = world.links().list_invite_links(world.signed(alice, request)).await.unwrap().into_inner();
        seen.extend(page.invite_links.into_iter().map(|link| link.id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|one, next| one > next));
}

#[tokio::test]
async fn a_link_turned_off_lets_nobody_in_and_turning_it_off_is_repeatable() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let token = world.link(alice, acme, None).await;
    let id = world.links_of(alice, acme).await[0].id.clone();
    world.revoke_link(alice, acme, &id).await.unwrap();
    world.revoke_link(alice, acme, &id).await.unwrap();
    let bob = world.user("bob@example.com");
    assert_refused(world.join(bob, &token).await, ErrorReason::InviteRevoked);
    assert!(!world.links_of(alice, acme).await[0].is_active);
}

#[tokio::test]
async fn another_organizations_link_looks_like_none() {
    let world = World::new().await;
    let (alice, acme) = world.team();
    let other = world.organization_of(alice, "Other", false);
    world.link(alice, acme, None).await;
    let id = world.links_of(alice, acme).await[0].id.clone();
    assert_refused(world.revoke_link(alice, other, &id).await, ErrorReason::InviteNotFound);
    let random = Uuid::now_v7().to_string();
    assert_refused(world.revoke_link(alice, acme, &random).await, ErrorReason::InviteNotFound);
    let carol = world.user("carol@example.com");
    assert_refused(world.revoke_link(carol, acme, &id).await, ErrorReason::OrganizationNotFound);
    assert!(world.links_of(alice, acme).await[0].is_active);
}
