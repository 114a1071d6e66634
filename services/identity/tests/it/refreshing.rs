//! Exchanging refresh tokens.

use std::time::Duration;

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;

use crate::world::{OTHER_APP, World, reason};

const TEAM: &str = "018f0000-0000-7000-8000-0000000000aa";
const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn each_refresh_gives_a_new_token_of_the_same_session() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let first = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    let second = world.refresh(&first.refresh_token).await.unwrap().tokens.unwrap();
    assert_ne!(first.refresh_token, alice.tokens.refresh_token);
    assert_ne!(second.refresh_token, first.refresh_token);
    let session = |token: &str| world.verified(token).session_id;
    assert_eq!(session(&second.access_token), session(&alice.tokens.access_token));
}

#[tokio::test]
async fn a_double_submit_within_ten_seconds_gives_the_same_token_again() {
    let world = World::new().await;
    let token = world.person("alice@example.com").await.tokens.refresh_token;
    let first = world.refresh(&token).await.unwrap().tokens.unwrap();
    world.clock.advance(Duration::from_secs(10));
    let again = world.refresh(&token).await.unwrap().tokens.unwrap();
    assert_eq!(again.refresh_token, first.refresh_token);
    assert_ne!(again.access_token, first.access_token);
    assert!(world.refresh(&first.refresh_token).await.is_ok());
}

#[tokio::test]
async fn a_token_used_again_after_ten_seconds_ends_the_session() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let child = world.refresh(&alice.tokens.refresh_token).await.unwrap().tokens.unwrap();
    world.clock.advance(Duration::from_millis(10_001));
    assert_eq!(reason(world.refresh(&alice.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.refresh(&child.refresh_token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.me(&child.access_token).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn the_owner_is_told_of_a_theft_once_and_from_where() {
    let world = World::new().await;
    let alice = world.proven("alice@example.com").await;
    world.refresh(&alice.tokens.refresh_token).await.unwrap();
    world.clock.advance(Duration::from_millis(10_001));
    for _ in 0..3 {
        assert_eq!(reason(world.refresh(&alice.tokens.refresh_token).await), ErrorReason::TokenRevoked);
    }
    world.run_relay(1).await;
    assert_eq!(world.mails.subjects_to("alice@example.com")[1..], ["You were signed out on one device"]);
}

#[tokio::test]
async fn a_token_used_again_after_its_child_was_used_ends_the_session() {
    let world = World::new().await;
    let token = world.person("alice@example.com").await.tokens.refresh_token;
    let child = world.refresh(&token).await.unwrap().tokens.unwrap().refresh_token;
    let grandchild = world.refresh(&child).await.unwrap().tokens.unwrap().refresh_token;
    assert_eq!(reason(world.refresh(&token).await), ErrorReason::TokenRevoked);
    assert_eq!(reason(world.refresh(&grandchild).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn theft_is_noticed_while_organizations_is_down() {
    let world = World::new().await;
    let token = world.person("alice@example.com").await.tokens.refresh_token;
    let child = world.refresh(&token).await.unwrap().tokens.unwrap().refresh_token;
    world.clock.advance(Duration::from_secs(11));
    world.organizations.state().is_down = true;
    assert_eq!(reason(world.refresh(&token).await), ErrorReason::TokenRevoked);
    world.organizations.state().is_down = false;
    assert_eq!(reason(world.refresh(&child).await), ErrorReason::TokenRevoked);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_invalid() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let unknown = "A".repeat(43);
    for token in ["", "x", unknown.as_str(), alice.tokens.access_token.as_str()] {
        assert_eq!(reason(world.refresh(token).await), ErrorReason::TokenInvalid, "{token}");
    }
    world.run_relay(1).await;
    assert_eq!(reason(world.refresh(&world.mails.last_token()).await), ErrorReason::TokenInvalid);
}

#[tokio::test]
async fn rotation_does_not_lengthen_a_session() {
    let world = World::new().await;
    let mut token = world.person("alice@example.com").await.tokens.refresh_token;
    for _ in 0..29 {
        world.clock.advance(DAY);
        token = world.refresh(&token).await.unwrap().tokens.unwrap().refresh_token;
    }
    world.clock.advance(DAY);
    assert_eq!(reason(world.refresh(&token).await), ErrorReason::TokenExpired);
}

#[tokio::test]
async fn a_refresh_may_switch_the_organization_and_the_session_remembers_it() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.organizations.admit(&alice.id, TEAM);
    let answer = world.refresh_into(&alice.tokens.refresh_token, TEAM).await.unwrap();
    assert_eq!(answer.access.unwrap().organization.unwrap().id, TEAM);
    let answer = world.refresh(&answer.tokens.unwrap().refresh_token).await.unwrap();
    assert_eq!(answer.access.unwrap().organization.unwrap().id, TEAM);
}

#[tokio::test]
async fn a_refused_refresh_consumes_nothing() {
    let world = World::new().await;
    let token = world.person("alice@example.com").await.tokens.refresh_token;
    assert_eq!(reason(world.refresh_into(&token, TEAM).await), ErrorReason::OrganizationNotFound);
    world.organizations.state().is_down = true;
    assert_eq!(reason(world.refresh(&token).await), ErrorReason::ServiceUnavailable);
    world.organizations.state().is_down = false;
    world.clock.advance(Duration::from_secs(60));
    assert!(world.refresh(&token).await.is_ok());
}

#[tokio::test]
async fn a_lost_active_organization_gives_way_to_the_personal_one() {
    let world = World::new().await;
    for lost in
        [ErrorReason::OrganizationNotFound, ErrorReason::NotOrganizationMember, ErrorReason::OrganizationSuspended]
    {
        let person = world.person(&format!("person{}@example.com", lost as i32)).await;
        world.organizations.admit(&person.id, TEAM);
        let token = world.refresh_into(&person.tokens.refresh_token, TEAM).await.unwrap().tokens.unwrap().refresh_token;
        world.organizations.refuse(&person.id, TEAM, lost);
        let answer = world.refresh(&token).await.unwrap();
        assert_eq!(answer.access.unwrap().organization.unwrap().id, person.personal_organization);
        // Coming back later does not bring the old choice back.
        world.organizations.admit(&person.id, TEAM);
        let answer = world.refresh(&answer.tokens.unwrap().refresh_token).await.unwrap();
        assert_eq!(answer.access.unwrap().organization.unwrap().id, person.personal_organization);
    }
}

#[tokio::test]
async fn a_refresh_may_name_another_app_and_the_session_keeps_its_own() {
    let world = World::new().await;
    let token = world.person("alice@example.com").await.tokens.refresh_token;
    let request = proto::RefreshRequest { refresh_token: token, app_code: OTHER_APP.to_owned(), ..Default::default() };
    let tokens = world.authentication().refresh(request).await.unwrap().into_inner().tokens.unwrap();
    assert_eq!(world.verified(&tokens.access_token).app_code, OTHER_APP);
    let tokens = world.refresh(&tokens.refresh_token).await.unwrap().tokens.unwrap();
    assert_eq!(world.verified(&tokens.access_token).app_code, test_kit::AUDIENCE);
}
