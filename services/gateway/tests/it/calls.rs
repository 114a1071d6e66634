//! What the services see of a request.

use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;

use crate::api::{Api, ORGANIZATION, USER, send};
use crate::samples::organization;

#[tokio::test]
async fn the_bearer_token_the_request_id_the_deadline_and_the_credential_travel_on() {
    let api = Api::start().await;
    let read = organizations::GetOrganizationResponse { organization: Some(organization()) };
    api.stub.answers("organizations.v1.OrganizationService/GetOrganization", read);
    let token = api.token();
    let request = api.request(Method::GET, &format!("/api/v1/orgs/{ORGANIZATION}")).bearer_auth(&token);

    let answer = send(request.header("x-request-id", "my-request-7")).await;

    assert_eq!(answer.headers["x-request-id"], "my-request-7");
    let (metadata, message): (HeaderMap, organizations::GetOrganizationRequest) =
        api.stub.last("organizations.v1.OrganizationService/GetOrganization");
    assert_eq!(message.organization_id, ORGANIZATION.to_string());
    assert_eq!(metadata["authorization"], format!("Bearer {token}"));
    assert_eq!(metadata["x-request-id"], "my-request-7");
    assert!(metadata.contains_key("guildhall-service-credential"));
    let timeout = metadata["grpc-timeout"].to_str().unwrap();
    let left: u64 = timeout.strip_suffix('m').unwrap().parse().unwrap();
    assert!((10_000..=15_000).contains(&left), "{timeout}");
}

#[tokio::test]
async fn a_caller_cannot_lend_itself_the_services_credential() {
    let api = Api::start().await;
    let request = api.request(Method::POST, "/api/v1/auth/logout").json(&json!({ "refresh_token": "r" }));

    send(request.header("guildhall-service-credential", "mine").header("x-other", "mine")).await;

    let (metadata, _): (HeaderMap, identity::LogoutRequest) = api.stub.last("identity.v1.AuthenticationService/Logout");
    assert_ne!(metadata["guildhall-service-credential"], "mine");
    assert!(!metadata.contains_key("x-other"));
}

#[tokio::test]
async fn services_learn_where_a_call_came_from_and_a_client_cannot_say_it_itself() {
    let api = Api::start().await;
    let request = api.request(Method::GET, &format!("/api/v1/orgs/{ORGANIZATION}")).bearer_auth(api.token());
    let request = request.header("user-agent", "Firefox").header("guildhall-client-address", "203.0.113.7");

    send(request.header("guildhall-client-agent", "another")).await;

    let (metadata, _): (HeaderMap, organizations::GetOrganizationRequest) =
        api.stub.last("organizations.v1.OrganizationService/GetOrganization");
    let told = |name: &str| metadata.get_all(name).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(told("guildhall-client-address"), ["127.0.0.1"]);
    assert_eq!(told("guildhall-client-agent"), ["Firefox"]);

    let request = api.request(Method::POST, "/api/v1/auth/logout").json(&json!({ "refresh_token": "r" }));
    send(request.header("guildhall-client-address", "203.0.113.7").header("guildhall-client-agent", "another")).await;
    let (metadata, _): (HeaderMap, identity::LogoutRequest) = api.stub.last("identity.v1.AuthenticationService/Logout");
    assert_eq!(metadata["guildhall-client-address"], "127.0.0.1");
    assert!(metadata.get("guildhall-client-agent").is_none_or(|value| value != "another"));
}

#[tokio::test]
async fn invitations_learns_where_a_preview_is_asked_from() {
    let api = Api::start().await;
    for (path, rpc) in [
        ("/api/v1/invitations/t", "invitations.v1.InvitationService/PreviewInvitation"),
        ("/api/v1/invite-links/t", "invitations.v1.InviteLinkService/PreviewInviteLink"),
    ] {
        send(api.request(Method::GET, path).header("guildhall-client-address", "203.0.113.7")).await;
        let (metadata, _): (HeaderMap, invitations::PreviewInvitationRequest) = api.stub.last(rpc);
        assert_eq!(metadata["guildhall-client-address"], "127.0.0.1", "{path}");
    }
}

#[tokio::test]
async fn identity_learns_where_a_login_came_from_and_forwarded_headers_are_not_believed() {
    let api = Api::start().await;
    let request = api.request(Method::POST, "/api/v1/auth/login").json(&json!({ "email": "a", "password": "b" }));

    send(request.header("user-agent", "é".repeat(500)).header("x-forwarded-for", "10.9.8.7")).await;

    let (metadata, _): (HeaderMap, identity::LoginRequest) = api.stub.last("identity.v1.AuthenticationService/Login");
    assert_eq!(metadata["guildhall-client-address"], "127.0.0.1");
    assert_eq!(metadata["guildhall-client-agent"].as_bytes(), "é".repeat(400).as_bytes());
}

#[tokio::test]
async fn pages_and_filters_pass_through_and_unknown_parameters_are_ignored() {
    let api = Api::start().await;

    api.get(&format!("/api/v1/orgs/{ORGANIZATION}/invitations?page_size=7&page_token=a%2Bb&status=expired&x=1")).await;

    let (_, message): (HeaderMap, invitations::ListInvitationsRequest) =
        api.stub.last("invitations.v1.InvitationService/ListInvitations");
    assert_eq!((message.page_size, message.page_token.as_str()), (7, "a+b"));
    assert_eq!(message.status(), invitations::InvitationStatus::Expired);
}

#[tokio::test]
async fn an_update_says_what_is_left_alone_and_what_is_cleared() {
    let api = Api::start().await;
    let body = json!({ "name": "New", "website": null, "city": "", "metadata": null });

    api.call(Method::PUT, &format!("/api/v1/orgs/{ORGANIZATION}"), &body).await;

    let (_, message): (HeaderMap, organizations::UpdateOrganizationRequest) =
        api.stub.last("organizations.v1.OrganizationService/UpdateOrganization");
    let profile = message.profile.unwrap();
    assert_eq!((message.name.as_deref(), message.slug), (Some("New"), None));
    assert_eq!((profile.website.as_deref(), profile.city.as_deref(), profile.country), (Some(""), Some(""), None));
    assert_eq!(profile.metadata, Some(prost_types::Struct::default()));
}

#[tokio::test]
async fn ids_reach_the_services_in_one_spelling() {
    let api = Api::start().await;
    let shouted = ORGANIZATION.to_string().to_uppercase();

    api.call(Method::DELETE, &format!("/api/v1/orgs/{shouted}/members/{USER}"), &json!({})).await;

    let (_, message): (HeaderMap, organizations::RemoveMemberRequest) =
        api.stub.last("organizations.v1.MembershipService/RemoveMember");
    assert_eq!(message.organization_id, ORGANIZATION.to_string());
}

#[tokio::test]
async fn a_link_takes_its_bounds_from_the_body() {
    let api = Api::start().await;
    let body = json!({ "role": "member", "max_uses": 3, "expires_at": "2026-02-01T01:00:00+01:00" });

    api.post(&format!("/api/v1/orgs/{ORGANIZATION}/invite-links"), &body).await;

    let (_, message): (HeaderMap, invitations::CreateInviteLinkRequest) =
        api.stub.last("invitations.v1.InviteLinkService/CreateInviteLink");
    assert_eq!(message.role(), organizations::OrgRole::Member);
    assert_eq!(message.max_uses, Some(3));
    assert_eq!(message.expires_at.unwrap().seconds, 1_769_904_000);
}
