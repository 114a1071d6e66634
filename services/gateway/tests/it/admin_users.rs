//! The back office's routes about accounts.

use contracts::identity::v1 as identity;
use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use crate::api::{Api, USER, send};
use crate::samples::{INSTANT, instant, organization, organization_json, role, role_json, user, user_json};

const SERVICE: &str = "identity.v1.UserAdministrationService";

fn path(rest: &str) -> String {
    format!("/api/v1/admin/users/{USER}{rest}")
}

#[tokio::test]
async fn accounts_are_listed_by_the_filters_given() {
    let api = Api::start().await;
    let answer = identity::ListUsersResponse { users: vec![user()], next_page_token: "n".to_owned() };
    api.stub.answers(&format!("{SERVICE}/ListUsers"), answer);

    let answer = api.get("/api/v1/admin/users?search=Zo%C3%AB%25&status=suspended&page_size=7&page_token=t").await;

    assert_eq!((answer.status, answer.json()), (200, json!({ "users": [user_json()], "next_page_token": "n" })));
    let (_, message): (HeaderMap, identity::ListUsersRequest) = api.stub.last(&format!("{SERVICE}/ListUsers"));
    assert_eq!((message.search.as_str(), message.status()), ("Zoë%", identity::UserStatus::Suspended));
    assert_eq!((message.page_size, message.page_token.as_str()), (7, "t"));
    let calls = api.stub.calls();
    let refused = api.get("/api/v1/admin/users?status=deleted").await;
    assert_eq!(refused.violation(), ("status".to_owned(), "must be active or suspended".to_owned()));
    assert_eq!(api.stub.calls(), calls);
}

#[tokio::test]
async fn an_account_is_read_flat() {
    let api = Api::start().await;
    api.stub.answers(&format!("{SERVICE}/GetUser"), identity::GetUserResponse { user: Some(user()) });
    let answer = api.get(&path("")).await;
    assert_eq!((answer.status, answer.json()), (200, user_json()));
}

#[tokio::test]
async fn where_a_user_belongs_is_asked_after_identity_has_agreed() {
    let api = Api::start().await;
    let refusal = Refusal::new(ErrorReason::UserNotFound, "There is no such user.");
    api.stub.refuses(&format!("{SERVICE}/GetUser"), refusal);
    let mine = organizations::MyOrganization {
        organization: Some(organization()),
        status: organizations::MemberStatus::Active.into(),
        role: organizations::OrgRole::Owner.into(),
        roles: vec![role()],
        joined_at: instant(),
    };
    let listed =
        organizations::ListUserOrganizationsResponse { organizations: vec![mine], next_page_token: String::new() };
    api.stub.answers("organizations.v1.MembershipAdministrationService/ListUserOrganizations", listed);

    let refused = api.get(&path("/organizations")).await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "USER_NOT_FOUND"));

    api.stub.answers(&format!("{SERVICE}/GetUser"), identity::GetUserResponse { user: Some(user()) });
    let answer = api.get(&path("/organizations")).await;
    let expected = json!({
        "organizations": [{
            "organization": organization_json(), "status": "active", "role": "owner", "roles": [role_json()],
            "joined_at": INSTANT,
        }],
        "next_page_token": "",
    });
    assert_eq!((answer.status, answer.json()), (200, expected));
}

#[tokio::test]
async fn suspending_tells_reason_and_origin_and_answers_the_account_with_the_position() {
    let api = Api::start().await;
    let suspended = identity::SuspendUserResponse { user: Some(user()), position: 9 };
    api.stub.answers(&format!("{SERVICE}/SuspendUser"), suspended);

    let answer = api.post(&path("/suspend"), &json!({ "reason": "fraud" })).await;

    assert_eq!((answer.status, answer.json()), (200, user_json()));
    assert_eq!(answer.headers["guildhall-position"], "i:9");
    let (metadata, message): (HeaderMap, identity::SuspendUserRequest) =
        api.stub.last(&format!("{SERVICE}/SuspendUser"));
    assert_eq!((message.user_id, message.reason.as_deref()), (USER.to_string(), Some("fraud")));
    assert_eq!(metadata["guildhall-client-address"], "127.0.0.1");
}

#[tokio::test]
async fn the_body_with_the_reason_may_be_left_out() {
    let api = Api::start().await;
    api.stub
        .answers(&format!("{SERVICE}/SuspendUser"), identity::SuspendUserResponse { user: Some(user()), position: 0 });
    api.stub.answers(&format!("{SERVICE}/ReactivateUser"), identity::ReactivateUserResponse { user: Some(user()) });
    api.stub.answers(&format!("{SERVICE}/RevokeUserSessions"), identity::RevokeUserSessionsResponse { position: 4 });
    for (rest, status) in [("/suspend", 200), ("/reactivate", 200), ("/revoke-sessions", 204)] {
        let bare = api.request(Method::POST, &path(rest)).bearer_auth(api.token());
        assert_eq!(send(bare).await.status, status, "{rest}");
        assert_eq!(api.post(&path(rest), &json!({})).await.status, status, "{rest}");
        assert_eq!(api.post(&path(rest), &json!({ "reason": null })).await.status, status, "{rest}");
        let calls = api.stub.calls();
        let refused = api.post(&path(rest), &json!({ "reasons": "x" })).await;
        assert_eq!(refused.violation(), ("reasons".to_owned(), "is not a field of this request".to_owned()));
        let text = api.request(Method::POST, &path(rest)).bearer_auth(api.token()).body("fraud");
        assert_eq!(send(text).await.code(), "UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(api.stub.calls(), calls);
    }
}

#[tokio::test]
async fn roles_are_set_as_a_whole() {
    let api = Api::start().await;
    let changed = identity::SetUserRolesResponse { user: Some(user()), position: 3 };
    api.stub.answers(&format!("{SERVICE}/SetUserRoles"), changed);

    let answer = api.call(Method::PUT, &path("/roles"), &json!({ "role_codes": ["super_admin"] })).await;

    assert_eq!((answer.status, answer.json()), (200, user_json()));
    assert_eq!(answer.headers["guildhall-position"], "i:3");
    let (_, message): (HeaderMap, identity::SetUserRolesRequest) = api.stub.last(&format!("{SERVICE}/SetUserRoles"));
    assert_eq!(message.role_codes, ["super_admin"]);
    let missing = api.call(Method::PUT, &path("/roles"), &json!({})).await;
    assert_eq!(missing.violation(), ("role_codes".to_owned(), "is required".to_owned()));
}
