//! Acting for another organization.

use contracts::identity::v1 as proto;
use service_kit::ErrorReason;
use test_kit::bearer;

use crate::world::{World, reason};

const TEAM: &str = "018f0000-0000-7000-8000-0000000000aa";

fn switch(token: &str, organization_id: &str) -> tonic::Request<proto::SwitchOrganizationRequest> {
    bearer(
        proto::SwitchOrganizationRequest { organization_id: organization_id.to_owned(), ..Default::default() },
        token,
    )
}

fn issue(token: &str, organization_id: &str) -> tonic::Request<proto::IssueTokenRequest> {
    bearer(proto::IssueTokenRequest { organization_id: organization_id.to_owned(), ..Default::default() }, token)
}

#[tokio::test]
async fn switching_changes_the_sessions_organization_and_gives_a_working_pair() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.organizations.admit(&alice.id, TEAM);
    let answer = world.authentication().switch_organization(switch(&alice.tokens.access_token, TEAM)).await.unwrap();
    let answer = answer.into_inner();
    let tokens = answer.tokens.unwrap();
    let caller = world.verified(&tokens.access_token);
    assert_eq!(caller.session_id, world.verified(&alice.tokens.access_token).session_id);
    assert_eq!(caller.organization.unwrap().slug, "acme");
    assert_eq!(&*caller.permissions, ["org:read"]);
    assert_eq!(answer.access.unwrap().roles, ["org_manager", "seller"]);

    // Both chains of the session go on, for the new organization.
    for token in [&tokens.refresh_token, &alice.tokens.refresh_token] {
        let refreshed = world.refresh(token).await.unwrap();
        assert_eq!(refreshed.access.unwrap().organization.unwrap().id, TEAM);
    }
}

#[tokio::test]
async fn a_stranger_cannot_switch_into_an_organization() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let refused = world.authentication().switch_organization(switch(&alice.tokens.access_token, TEAM)).await;
    assert_eq!(reason(refused), ErrorReason::OrganizationNotFound);
    let refused = world.authentication().issue_token(issue(&alice.tokens.access_token, TEAM)).await;
    assert_eq!(reason(refused), ErrorReason::OrganizationNotFound);
}

#[tokio::test]
async fn a_token_for_a_second_tab_leaves_the_session_as_it_is() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.organizations.admit(&alice.id, TEAM);
    let issued =
        world.authentication().issue_token(issue(&alice.tokens.access_token, TEAM)).await.unwrap().into_inner();
    assert_eq!(world.verified(&issued.access_token).organization.unwrap().id.to_string(), TEAM);
    assert_eq!(issued.expires_in, 300);
    let refreshed = world.refresh(&alice.tokens.refresh_token).await.unwrap();
    assert_eq!(refreshed.access.unwrap().organization.unwrap().id, alice.personal_organization);
}

#[tokio::test]
async fn an_ended_session_switches_nowhere() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    let logout = proto::LogoutRequest { refresh_token: alice.tokens.refresh_token };
    world.authentication().logout(logout).await.unwrap();
    let personal = &alice.personal_organization;
    let refused = world.authentication().switch_organization(switch(&alice.tokens.access_token, personal)).await;
    assert_eq!(reason(refused), ErrorReason::TokenRevoked);
    let refused = world.authentication().issue_token(issue(&alice.tokens.access_token, personal)).await;
    assert_eq!(reason(refused), ErrorReason::TokenRevoked);
}
