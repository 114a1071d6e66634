//! Requests that reach no handler, or not with what it needs.

use reqwest::Method;
use serde_json::json;
use service_kit::Channel;

use crate::api::{Api, ORGANIZATION, USER, send};

#[tokio::test]
async fn unknown_paths_are_not_found_in_the_envelope() {
    let api = Api::start().await;
    for path in ["/nowhere", "/api/v1/nowhere", "/api/v1", "/api/v1/me/orgs/", "//api/v1/me/orgs", "/docs"] {
        let answer = api.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "NOT_FOUND"), "{path}");
        assert_eq!(answer.json()["error"]["status"], 404);
    }
}

#[tokio::test]
async fn a_wrong_method_is_answered_with_the_right_ones() {
    let api = Api::start().await;

    let answer = api.call(Method::PATCH, "/api/v1/me/orgs", &json!({})).await;

    assert_eq!((answer.status, answer.code().as_str()), (405, "METHOD_NOT_ALLOWED"));
    assert_eq!(answer.headers["allow"], "GET,HEAD,POST");
}

#[tokio::test]
async fn ids_that_are_not_uuids_are_named_by_their_parameter() {
    let api = Api::start().await;
    let cases = [
        ("/api/v1/orgs/7".to_owned(), "orgId"),
        (format!("/api/v1/orgs/{}", ORGANIZATION.simple()), "orgId"),
        ("/api/v1/orgs/%FF".to_owned(), "orgId"),
        ("/api/v1/orgs/x/members".to_owned(), "orgId"),
        ("/api/v1/orgs/x/audit-log".to_owned(), "orgId"),
        ("/api/v1/orgs/x/permissions/assignable".to_owned(), "orgId"),
        (format!("/api/v1/orgs/x/roles/{USER}"), "orgId"),
        (format!("/api/v1/orgs/{ORGANIZATION}/roles/org_owner"), "roleId"),
        (format!("/api/v1/orgs/{ORGANIZATION}/members/x/access?permission=org:read"), "userId"),
        ("/api/v1/admin/organizations/x".to_owned(), "orgId"),
        ("/api/v1/admin/organizations/x/members".to_owned(), "orgId"),
    ];
    for (path, parameter) in cases {
        assert_eq!(api.get(&path).await.violation().0, parameter, "{path}");
    }
    let path = format!("/api/v1/orgs/{ORGANIZATION}/members/x");
    assert_eq!(api.call(Method::DELETE, &path, &json!({})).await.violation().0, "userId");
    for place in ["", "/status", "/roles"] {
        let method = if place.is_empty() { Method::DELETE } else { Method::PUT };
        let path = format!("/api/v1/admin/organizations/{ORGANIZATION}/members/x{place}");
        let body = json!({ "status": "active" });
        assert_eq!(api.call(method, &path, &body).await.violation().0, "userId", "{path}");
    }
    for action in ["suspend", "reactivate", "members"] {
        let path = format!("/api/v1/admin/organizations/x/{action}");
        assert_eq!(api.post(&path, &json!({})).await.violation().0, "orgId", "{path}");
    }
    assert_eq!(api.post("/api/v1/me/invitations/x/accept", &json!({})).await.violation().0, "id");
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn page_sizes_and_filters_out_of_bounds_are_refused() {
    let api = Api::start().await;
    for size in ["0", "201", "-1", "ten", "1e2", ""] {
        let answer = api.get(&format!("/api/v1/me/orgs?page_size={size}")).await;
        assert_eq!(answer.violation().0, "page_size", "{size}");
    }
    let answer = api.get("/api/v1/me/orgs?page_token=a&page_token=b").await;
    assert_eq!(answer.violation(), ("page_token".to_owned(), "must be given once".to_owned()));
    for list in [
        format!("/api/v1/orgs/{ORGANIZATION}/invitations"),
        format!("/api/v1/orgs/{ORGANIZATION}/members"),
        "/api/v1/admin/organizations".to_owned(),
        format!("/api/v1/admin/organizations/{ORGANIZATION}/members"),
    ] {
        assert_eq!(api.get(&format!("{list}?status=gone")).await.violation().0, "status", "{list}");
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn without_a_valid_token_no_service_is_asked() {
    let api = Api::start().await;
    let path = "/api/v1/me/orgs";

    let nobody = api.get_as_nobody(path).await;
    let forged = send(api.request(Method::GET, path).bearer_auth("a.b.c")).await;
    let token = api.token();
    let by_cookie = send(api.request(Method::GET, path).header("cookie", "__Host-guildhall_access=a.b.c")).await;
    let twice = send(api.request(Method::GET, path).bearer_auth(&token).bearer_auth(&token)).await;

    assert_eq!((nobody.status, nobody.code().as_str()), (401, "UNAUTHORIZED"));
    assert_eq!(nobody.headers["www-authenticate"], "Bearer");
    assert_eq!((forged.status, forged.code().as_str()), (401, "TOKEN_INVALID"));
    assert_eq!((by_cookie.status, by_cookie.code().as_str()), (401, "TOKEN_INVALID"));
    assert_eq!((twice.status, twice.code().as_str()), (401, "TOKEN_INVALID"));
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn headers_beyond_sixteen_kibibytes_are_refused_in_the_envelope() {
    let api = Api::start().await;
    let request = api.request(Method::GET, "/api/v1/auth/session").header("x-large", "a".repeat(17 * 1024));

    let answer = send(request).await;

    assert_eq!((answer.status, answer.code().as_str()), (431, "HEADERS_TOO_LARGE"));
}

#[tokio::test]
async fn http2_is_spoken_with_prior_knowledge() {
    let api = Api::start().await;
    let channel = Channel::remote(&format!("http://{}", api.address)).unwrap();
    let mut client = contracts::identity::v1::key_service_client::KeyServiceClient::new(channel);

    let refused = client.list_signing_keys(contracts::identity::v1::ListSigningKeysRequest {}).await.unwrap_err();

    // It has no such path, and says so in its own words.
    assert!(refused.message().contains("404 Not Found"), "{refused}");
}
