//! Why an invitation or a link is void: told when it turns out, and the same to whoever comes later.

use access_policy::BuiltInRole;
use contracts::identity::v1::RegisterRequest;
use contracts::invitations::v1::{CreateInviteLinkRequest, InvitationStatus, RegisterInviteeRequest};
use service_kit::ErrorReason;
use tonic::Status;
use uuid::Uuid;

use crate::world::{World, assert_refused, cause, link_to};

/// What organizations may find when an offer of Mallory's to a role that somebody made is taken up.
const CAUSES: [&str; 5] =
    ["inviter_left", "inviter_lost_permission", "role_gone", "role_above_inviter", "organization_gone"];

struct Team {
    alice: Uuid,
    acme: Uuid,
    mallory: Uuid,
    role: Uuid,
}

/// Acme is Alice's; Mallory may invite there.
fn team(world: &World) -> Team {
    let (alice, acme) = world.team();
    let mallory = world.user("mallory@example.com");
    world.organizations.set_may_invite(acme, mallory, true);
    Team { alice, acme, mallory, role: world.organizations.custom_role() }
}

fn make_void(world: &World, team: &Team, cause: &str) {
    let mut state = world.organizations.state.lock().unwrap();
    match cause {
        "inviter_left" => drop(state.members.remove(&(team.acme, team.mallory))),
        "inviter_lost_permission" => drop(state.members.insert((team.acme, team.mallory), false)),
        "role_gone" => drop(state.custom_roles.remove(&team.role)),
        "role_above_inviter" => drop(state.grown_roles.insert(team.role)),
        "organization_gone" => drop(state.organizations.remove(&team.acme)),
        other => panic!("{other} is no cause of organizations"),
    }
}

/// All is as before, which revives nothing.
fn mend(world: &World, team: &Team) {
    world.organization_again(team.acme, "Acme");
    let mut state = world.organizations.state.lock().unwrap();
    state.members.insert((team.acme, team.mallory), true);
    state.custom_roles.insert(team.role);
    state.grown_roles.clear();
}

async fn link_of(world: &World, team: &Team) -> String {
    let request = CreateInviteLinkRequest { role_ids: vec![team.role.to_string()], ..link_to(team.acme) };
    world.try_link(team.mallory, request).await.unwrap().token
}

async fn sign_up(world: &World, email: &str, token: &str) -> Result<(), Status> {
    let registration = RegisterRequest { email: email.to_owned(), password: "p".to_owned(), ..Default::default() };
    let request = RegisterInviteeRequest { registration: Some(registration), invite_token: token.to_owned() };
    world.admissions().register_invitee(request).await.map(|_| ())
}

#[tokio::test]
async fn an_invitation_that_is_void_says_why_and_says_it_again() {
    for expected in CAUSES {
        let world = World::new().await;
        let team = team(&world);
        let bob = world.user("bob@example.com");
        let (invitation, token) = world.invite_to_role(team.mallory, team.acme, "bob@example.com", team.role).await;
        world.preview(&token).await.unwrap();
        make_void(&world, &team, expected);
        world.preview(&token).await.expect("nobody has tried yet");

        assert_eq!(cause(world.accept(bob, &token).await), expected);
        assert!(!world.organizations.members_of(team.acme).contains(&bob));
        mend(&world, &team);
        assert_eq!(cause(world.accept(bob, &token).await), expected);
        assert_eq!(cause(world.accept_by_id(bob, &invitation.id).await), expected);
        assert_eq!(cause(world.decline_by_token(bob, &token).await), expected);
        assert_eq!(cause(world.preview(&token).await), expected);
        assert_eq!(cause(sign_up(&world, "bob@example.com", &token).await), expected);
        assert_eq!(cause(world.resend(team.alice, &invitation).await), expected);
        assert_eq!(world.listed(team.alice, team.acme, InvitationStatus::Revoked).await.len(), 1, "{expected}");
        world.deliver().await;
        assert!(world.organizations.open_offers().is_empty(), "{expected}: its roles are let go");
    }
}

#[tokio::test]
async fn a_link_that_is_void_says_why_and_says_it_again() {
    for expected in CAUSES {
        let world = World::new().await;
        let team = team(&world);
        let (bob, carol) = (world.user("bob@example.com"), world.user("carol@example.com"));
        let token = link_of(&world, &team).await;
        make_void(&world, &team, expected);
        world.preview_link(&token).await.expect("nobody has tried yet");

        assert_eq!(cause(world.join(bob, &token).await), expected);
        mend(&world, &team);
        assert_eq!(cause(world.join(carol, &token).await), expected);
        assert_eq!(cause(world.preview_link(&token).await), expected);
        assert_eq!(cause(sign_up(&world, "dave@example.com", &token).await), expected);
        let link = world.links_of(team.alice, team.acme).await.remove(0);
        assert_eq!((link.is_active, link.is_revoked, link.uses), (false, true, 0), "{expected}");
        assert_eq!(cause(world.switch(team.alice, team.acme, &link.id, true).await), expected);
        world.deliver().await;
        assert!(world.organizations.open_offers().is_empty(), "{expected}: its roles are let go");
    }
}

#[tokio::test]
async fn a_sign_up_finds_out_as_well_and_makes_no_account() {
    for expected in CAUSES {
        let world = World::new().await;
        let team = team(&world);
        let (_, token) = world.invite_to_role(team.mallory, team.acme, "bob@example.com", team.role).await;
        let link = link_of(&world, &team).await;
        make_void(&world, &team, expected);
        for _ in 0..2 {
            assert_eq!(cause(sign_up(&world, "bob@example.com", &token).await), expected);
            assert_eq!(cause(sign_up(&world, "carol@example.com", &link).await), expected);
            mend(&world, &team);
        }
        assert_eq!(cause(world.preview(&token).await), expected);
        assert_eq!(cause(world.preview_link(&link).await), expected);
        assert_eq!(world.sign_ups.accounts(), 0);
    }
}

#[tokio::test]
async fn the_relay_keeps_the_cause_that_it_finds() {
    let world = World::new().await;
    let team = team(&world);
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite_to_role(team.mallory, team.acme, "bob@example.com", team.role).await;
    let link = link_of(&world, &team).await;
    world.organizations.set_outage(crate::stubs::Outage::Before);
    assert_refused(world.accept(bob, &token).await, ErrorReason::ServiceUnavailable);
    assert_refused(world.join(bob, &link).await, ErrorReason::ServiceUnavailable);
    world.organizations.set_outage(crate::stubs::Outage::None);
    make_void(&world, &team, "inviter_left");
    world.clock.advance(std::time::Duration::from_secs(11));
    world.deliver().await;
    assert_eq!(cause(world.accept(bob, &token).await), "inviter_left");
    assert_eq!(cause(world.preview_link(&link).await), "inviter_left");
}

#[tokio::test]
async fn what_somebody_took_back_or_a_newer_one_replaced_says_so() {
    let world = World::new().await;
    let Team { alice, acme, .. } = team(&world);
    let bob = world.user("bob@example.com");
    let (withdrawn, token) = world.invite(alice, acme, "bob@example.com").await;
    world.revoke(alice, &withdrawn).await.unwrap();
    assert_eq!(cause(world.accept(bob, &token).await), "withdrawn");
    let (superseded, token) = world.invite(alice, acme, "bob@example.com").await;
    world.invite(alice, acme, "bob@example.com").await;
    assert_eq!(cause(world.preview(&token).await), "superseded");
    world.revoke(alice, &superseded).await.expect("it is over already");
    assert_eq!(cause(world.preview(&token).await), "superseded");

    let token = world.link(alice, acme, None).await;
    let id = world.links_of(alice, acme).await[0].id.clone();
    world.revoke_link(alice, acme, &id).await.unwrap();
    assert_eq!(cause(world.join(bob, &token).await), "withdrawn");
}

#[tokio::test]
async fn a_suspended_organization_voids_nothing() {
    let world = World::new().await;
    let Team { alice, acme, .. } = team(&world);
    let bob = world.user("bob@example.com");
    let (invitation, token) = world.invite(alice, acme, "bob@example.com").await;
    let link = world.link(alice, acme, Some(1)).await;
    world.organizations.state.lock().unwrap().suspended.insert(acme);
    assert_refused(world.accept(bob, &token).await, ErrorReason::OrganizationSuspended);
    assert_refused(world.join(bob, &link).await, ErrorReason::OrganizationSuspended);
    assert_refused(sign_up(&world, "bob@example.com", &token).await, ErrorReason::OrganizationSuspended);
    assert_refused(sign_up(&world, "carol@example.com", &link).await, ErrorReason::OrganizationSuspended);
    world.organizations.state.lock().unwrap().suspended.clear();
    assert_eq!(world.listed(alice, acme, InvitationStatus::Pending).await[0].id, invitation.id);
    assert!(world.links_of(alice, acme).await[0].is_active);
    world.accept(bob, &token).await.unwrap();
    sign_up(&world, "carol@example.com", &link).await.unwrap();
}

#[tokio::test]
async fn a_cause_tells_no_names() {
    let world = World::new().await;
    let team = team(&world);
    let bob = world.user("bob@example.com");
    let (_, token) = world.invite(team.mallory, team.acme, "bob@example.com").await;
    make_void(&world, &team, "inviter_left");
    let told = format!("{:?}", world.accept(bob, &token).await.unwrap_err());
    let role = BuiltInRole::Member.id().to_string();
    for secret in ["mallory", "Acme", &team.mallory.to_string(), &team.acme.to_string(), &role] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}
