use contracts::organizations::v1 as proto;
use proto::MemberStatus;

use crate::world::{World, codes, metadata, new_id, offer, profile, refused};

#[tokio::test]
async fn joining_gives_exactly_the_roles_offered() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    let answer = world.add(offer(&team, &alice, &bob, &["seller", "org_manager"])).await.unwrap();
    let member = answer.member.unwrap();
    assert_eq!(codes(&member.roles), ["org_manager", "seller"]);
    assert_eq!(member.user.unwrap().email, "bob@example.com");
    assert_eq!(answer.organization.unwrap().id, team);
    assert_eq!(world.access_of(&bob, &team).await.unwrap().role_codes, ["org_manager", "seller"]);
}

#[tokio::test]
async fn a_joining_that_is_repeated_answers_the_same_membership() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    let joining = offer(&team, &alice, &bob, &["seller"]);
    let first = world.add(joining.clone()).await.unwrap();
    assert_eq!(world.add(joining.clone()).await.unwrap(), first);
    world.set_roles(&alice, &team, &bob, &["buyer"]).await.unwrap();
    let again = world.add(joining).await.unwrap().member.unwrap();
    assert_eq!(codes(&again.roles), ["buyer"]);
}

#[tokio::test]
async fn a_joining_does_not_bring_a_removed_member_back() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    let joining = offer(&team, &alice, &bob, &["seller"]);
    world.add(joining.clone()).await.unwrap();
    world.remove(&alice, &team, &bob).await.unwrap();
    assert_eq!(refused(world.add(joining.clone()).await), "INVITE_ALREADY_USED");
    world.join(&team, &alice, &bob, &["buyer"]).await;
    assert_eq!(refused(world.add(joining).await), "INVITE_ALREADY_USED");
    assert_eq!(world.access_of(&bob, &team).await.unwrap().role_codes, ["buyer"]);
}

#[tokio::test]
async fn a_joining_is_for_one_user_and_one_organization() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let carol = world.person("carol").await;
    let joining = offer(&team, &alice, &carol, &[]);
    world.add(joining.clone()).await.unwrap();
    let dave = world.person("dave").await;
    let stolen = proto::AddMemberRequest { user_id: dave.id.clone(), ..joining.clone() };
    assert_eq!(refused(world.add(stolen).await), "INVITE_ALREADY_USED");
    let other = world.team(&alice).await;
    let elsewhere = proto::AddMemberRequest { organization_id: other.clone(), ..joining };
    assert_eq!(refused(world.add(elsewhere).await), "INVITE_ALREADY_USED");
    assert_eq!(world.members(&bob, &team).await.unwrap().len(), 3);
    assert_eq!(world.members(&alice, &other).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_member_does_not_join_twice() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    assert_eq!(refused(world.add(offer(&team, &alice, &bob, &["org_admin"])).await), "ALREADY_A_MEMBER");
    world.set_status(&alice, &team, &bob, MemberStatus::Suspended).await.unwrap();
    assert_eq!(refused(world.add(offer(&team, &alice, &bob, &["org_admin"])).await), "ALREADY_A_MEMBER");
    assert_eq!(refused(world.access_of(&bob, &team).await), "NOT_ORGANIZATION_MEMBER");
}

/// Why the offer is over, by both calls that ask: the same of whoever joins by it and of whoever only looks.
async fn cause(world: &World, joining: &proto::AddMemberRequest) -> String {
    let looked = world.check(joining).await.unwrap_err();
    let joined = world.add(joining.clone()).await.unwrap_err();
    assert_eq!(metadata(&looked), metadata(&joined));
    assert_eq!(refused(Err::<(), _>(looked)), "INVITE_REVOKED");
    let cause = metadata(&joined)["cause"].clone();
    assert_eq!(refused(Err::<(), _>(joined)), "INVITE_REVOKED");
    cause
}

#[tokio::test]
async fn an_offer_ends_with_the_authority_of_whoever_made_it_and_says_why() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let carol = world.person("carol").await;
    let joining = offer(&team, &bob, &carol, &["org_admin"]);
    world.check(&joining).await.unwrap();

    world.set_roles(&alice, &team, &bob, &["org_manager"]).await.unwrap();
    assert_eq!(cause(&world, &joining).await, "role_above_inviter");
    world.set_roles(&alice, &team, &bob, &["seller"]).await.unwrap();
    assert_eq!(cause(&world, &offer(&team, &bob, &carol, &[])).await, "inviter_lost_permission");
    world.set_roles(&alice, &team, &bob, &["org_admin"]).await.unwrap();
    world.set_status(&alice, &team, &bob, MemberStatus::Suspended).await.unwrap();
    assert_eq!(cause(&world, &joining).await, "inviter_lost_permission");
    world.set_status(&alice, &team, &bob, MemberStatus::Active).await.unwrap();
    world.record(proto::UserProfile { is_active: false, ..profile(&bob, 2) }).await;
    assert_eq!(cause(&world, &joining).await, "inviter_lost_permission");
    world.record(profile(&bob, 3)).await;
    world.remove(&alice, &team, &bob).await.unwrap();
    assert_eq!(cause(&world, &joining).await, "inviter_left");
    assert_eq!(refused(world.access_of(&carol, &team).await), "ORGANIZATION_NOT_FOUND");

    world.join(&team, &alice, &bob, &["org_admin"]).await;
    world.check(&joining).await.unwrap();
    assert_eq!(world.members(&alice, &team).await.unwrap().len(), 2, "looking makes nobody a member");
    assert!(world.add(joining).await.is_ok());
}

#[tokio::test]
async fn an_offer_ends_with_the_account_of_whoever_made_it() {
    let world = World::new().await;
    let (_, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let carol = world.person("carol").await;
    world.depart(&bob).await.unwrap();
    assert_eq!(cause(&world, &offer(&team, &bob, &carol, &[])).await, "inviter_left");
}

#[tokio::test]
async fn an_offer_ends_when_its_role_grows_above_whoever_made_it() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let carol = world.person("carol").await;
    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let mut joining = offer(&team, &bob, &carol, &[]);
    joining.grant = Some(proto::RoleGrant { role_ids: vec![role.id.clone()], role: 0 });
    world.check(&joining).await.unwrap();
    world.update_role(&alice, &role, &["org:update"]).await.unwrap();
    assert_eq!(cause(&world, &joining).await, "role_above_inviter");
    joining.granted_by = alice.id.clone();
    world.check(&joining).await.unwrap();
}

#[tokio::test]
async fn an_offer_outlasts_the_suspension_of_its_organization() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    let admin = world.administrator("system_admin").await;
    let joining = offer(&team, &alice, &bob, &[]);
    let message = proto::SuspendOrganizationRequest { organization_id: team.clone(), ..Default::default() };
    world.organization_administration().suspend_organization(admin.call(message)).await.unwrap();
    assert_eq!(refused(world.check(&joining).await), "ORGANIZATION_SUSPENDED");
    assert_eq!(refused(world.add(joining.clone()).await), "ORGANIZATION_SUSPENDED");
    let message = proto::ReactivateOrganizationRequest { organization_id: team, ..Default::default() };
    world.organization_administration().reactivate_organization(admin.call(message)).await.unwrap();
    world.check(&joining).await.unwrap();
    world.add(joining).await.unwrap();
}

#[tokio::test]
async fn only_owners_bring_owners_in() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    let carol = world.person("carol").await;
    let mut joining = offer(&team, &bob, &carol, &[]);
    joining.grant.as_mut().unwrap().role = proto::OrgRole::Owner.into();
    assert_eq!(refused(world.add(joining.clone()).await), "INVITE_REVOKED");
    joining.granted_by = alice.id.clone();
    assert_eq!(codes(&world.add(joining).await.unwrap().member.unwrap().roles), ["org_owner"]);
}

#[tokio::test]
async fn users_who_are_unknown_or_gone_do_not_join() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    world.depart(&bob).await.unwrap();
    assert_eq!(refused(world.add(offer(&team, &alice, &bob, &[])).await), "USER_NOT_FOUND");
    let unknown = crate::world::Person { id: new_id(), ..bob };
    assert_eq!(refused(world.add(offer(&team, &alice, &unknown, &[])).await), "USER_NOT_FOUND");
}

#[tokio::test]
async fn a_suspended_account_joins_nothing_until_it_is_reactivated() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    let joining = offer(&team, &alice, &bob, &[]);
    world.record(proto::UserProfile { is_active: false, ..profile(&bob, 2) }).await;
    assert_eq!(refused(world.add(joining.clone()).await), "USER_SUSPENDED");
    assert_eq!(world.members(&alice, &team).await.unwrap().len(), 1);
    world.record(profile(&bob, 3)).await;
    assert!(world.add(joining.clone()).await.is_ok());
    world.record(proto::UserProfile { is_active: false, ..profile(&bob, 4) }).await;
    assert!(world.add(joining).await.is_ok(), "what has happened is answered as it was");
}

#[tokio::test]
async fn organizations_and_roles_that_do_not_exist_are_not_joined() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let team = world.team(&alice).await;
    let mut joining = offer(&team, &alice, &bob, &[]);
    joining.grant.as_mut().unwrap().role_ids = vec![new_id()];
    for (joining, reason) in [
        (offer(&new_id(), &alice, &bob, &[]), "ORGANIZATION_NOT_FOUND"),
        (offer(&alice.personal, &alice, &bob, &[]), "PERSONAL_ORGANIZATION"),
        (joining, "ROLE_NOT_FOUND"),
    ] {
        assert_eq!(refused(world.check(&joining).await), reason);
        assert_eq!(refused(world.add(joining).await), reason);
    }
    let joining = offer(&team, &alice, &bob, &[]);
    world.delete(&alice, &team).await.unwrap();
    assert_eq!(refused(world.check(&joining).await), "ORGANIZATION_NOT_FOUND");
    assert_eq!(refused(world.add(joining).await), "ORGANIZATION_NOT_FOUND");
}
