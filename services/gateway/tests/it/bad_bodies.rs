//! Bodies that are refused before any service is asked.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, Api, ORGANIZATION, send};

async fn login(api: &Api, body: &str) -> Answer {
    let answer = api.post_bytes("/api/v1/auth/login", body.to_owned()).await;
    assert_eq!(api.stub.calls(), 0, "{body}");
    answer
}

#[tokio::test]
async fn what_does_not_fit_is_named_by_its_path() {
    let api = Api::start().await;
    let cases = [
        (r#"{"email": "a", "password""#, "body", "must be JSON; it stops being so at line 1, column 25"),
        ("", "body", "must be JSON; it stops being so at line 1, column 0"),
        (r#"{"email": "a", "password": "b"} x"#, "body", "must be JSON; it stops being so at line 1, column 33"),
        ("[]", "body", "must be an object"),
        ("null", "body", "must be an object"),
        (r#"{"email": "a"}"#, "password", "is required"),
        (r#"{"email": "a", "password": "b", "admin": true}"#, "admin", "is not a field of this request"),
        (r#"{"email": 7, "password": "b"}"#, "email", "must be a string"),
        (r#"{"email": "a", "password": "b", "remember_me": "yes"}"#, "remember_me", "must be a boolean"),
        (r#"{"email": "a", "password": "b", "email": "c"}"#, "email", "must be given once"),
        (r#"{"email": "a\u0000", "password": "b"}"#, "email", "must not hold a NUL character"),
    ];
    for (body, field, problem) in cases {
        let answer = login(&api, body).await;
        assert_eq!(answer.violation(), (field.to_owned(), problem.to_owned()), "{body}");
    }
}

#[tokio::test]
async fn inner_values_are_named_by_their_path() {
    let api = Api::start().await;
    let invitations = format!("/api/v1/orgs/{ORGANIZATION}/invitations");
    let links = format!("/api/v1/orgs/{ORGANIZATION}/invite-links");
    let roles = format!("/api/v1/orgs/{ORGANIZATION}/roles");
    let members = format!("/api/v1/admin/organizations/{ORGANIZATION}/members");
    let (organizations, catalog) =
        ("/api/v1/admin/organizations".to_owned(), "/api/v1/admin/permissions/register".to_owned());
    let publish = json!({ "code": "catalog:publish", "name": "Publish" });
    let cases = [
        (&invitations, json!({ "email": "b@c.d", "role_ids": ["x", 5] }), "role_ids[1]", "must be a string"),
        (&invitations, json!({ "email": "b@c.d", "role_ids": "x" }), "role_ids", "must be an array"),
        (&invitations, json!({ "email": "b@c.d", "role": "king" }), "role", "must be `owner` or `member`"),
        (&links, json!({ "max_uses": 1.0 }), "max_uses", "must be a whole number within bounds"),
        (&links, json!({ "max_uses": 3_000_000_000_i64 }), "max_uses", "must be a whole number within bounds"),
        (&roles, json!({ "code": "c", "name": "C" }), "permission_codes", "is required"),
        (
            &roles,
            json!({ "code": "c", "name": "C", "permission_codes": [{}] }),
            "permission_codes[0]",
            "must be a string",
        ),
        (&organizations, json!({ "slug": "acme" }), "name", "is required"),
        (&organizations, json!({ "name": "A", "owner": "x" }), "owner", "is not a field of this request"),
        (&members, json!({ "role_ids": [] }), "user_id", "is required"),
        (&members, json!({ "user_id": "x", "role_codes": [] }), "role_codes", "is not a field of this request"),
        (&catalog, json!({ "permissions": [] }), "service", "is required"),
        (&catalog, json!({ "service": "catalog" }), "permissions", "is required"),
        (&catalog, json!({ "service": "s", "permissions": [publish] }), "permissions[0].org_assignable", "is required"),
        (&catalog, json!({ "service": "s", "permissions": ["seller"] }), "permissions[0]", "must be an object"),
        (&catalog, json!({ "service": "s", "permissions": [], "force": "yes" }), "force", "must be a boolean"),
        (&links, json!({ "expires_at": "tomorrow" }), "expires_at", "must be an instant such as 2030-01-31T12:00:00Z"),
    ];
    for (path, body, field, problem) in cases {
        let answer = api.post(path, &body).await;
        assert_eq!(answer.violation(), (field.to_owned(), problem.to_owned()), "{body}");
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn metadata_that_would_not_come_back_as_it_was_is_refused() {
    let api = Api::start().await;
    let path = format!("/api/v1/orgs/{ORGANIZATION}");
    let too_deep = (0..17).fold(Value::Null, |inner, _| json!({ "in": inner }));
    let cases = [too_deep, json!({ "n": 9_007_199_254_740_992_i64 }), json!([])];
    for metadata in cases {
        let answer = api.call(Method::PUT, &path, &json!({ "metadata": metadata })).await;
        assert_eq!(answer.violation().0, "metadata", "{metadata}");
    }
    let doubled = r#"{"metadata": {"a": {"b": 1, "b": 2}}}"#;
    let request = api.request(Method::PUT, &path).bearer_auth(api.token());
    let answer = send(request.header("content-type", "application/json").body(doubled)).await;
    assert_eq!(answer.violation().0, "metadata.a.b");
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn a_secret_in_a_wrong_place_is_not_repeated() {
    let api = Api::start().await;
    let answer = login(&api, r#"{"email": "a", "password": ["correct horse"], "b": 1}"#).await;
    assert!(!answer.text.contains("horse"), "{}", answer.text);
    let answer = login(&api, r#"{"email": "a", "password": 8675309}"#).await;
    assert!(!answer.text.contains("8675309"), "{}", answer.text);
}

#[tokio::test]
async fn bytes_that_are_not_utf8_are_refused() {
    let api = Api::start().await;
    let answer = api.post_bytes("/api/v1/auth/login", b"{\"email\": \"\xff\", \"password\": \"b\"}".to_vec()).await;
    assert_eq!(answer.violation().0, "body");
}

#[tokio::test]
async fn nesting_without_end_is_refused() {
    let api = Api::start().await;
    let answer = login(&api, &"[".repeat(100_000)).await;
    assert_eq!(answer.violation().0, "body");
}

#[tokio::test]
async fn only_json_is_taken() {
    let api = Api::start().await;
    let body = r#"{"refresh_token": "r"}"#;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""] {
        let request = api.request(Method::POST, "/api/v1/auth/logout").header("content-type", content_type).body(body);
        let answer = send(request).await;
        assert_eq!((answer.status, answer.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{content_type}");
    }
    let request = api.request(Method::POST, "/api/v1/auth/logout").body(body);
    assert_eq!(send(request).await.status, 415);
    assert_eq!(api.stub.calls(), 0);
    let request = api.request(Method::POST, "/api/v1/auth/logout").body(body);
    send(request.header("content-type", "Application/JSON; charset=\"UTF-8\"")).await;
    assert_eq!(api.stub.calls(), 1);
}

#[tokio::test]
async fn a_body_beyond_one_mebibyte_is_refused_whether_its_length_was_declared_or_not() {
    let api = Api::start().await;
    let large = format!(r#"{{"email": "{}", "password": "b"}}"#, "a".repeat(1024 * 1024));
    let answer = login(&api, &large).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "PAYLOAD_TOO_LARGE"));

    let mut chunked = b"POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
        connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        .to_vec();
    for _ in 0..17 {
        chunked.extend_from_slice(format!("10000\r\n{}\r\n", " ".repeat(0x10000)).as_bytes());
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let answer = api.raw(&chunked).await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("PAYLOAD_TOO_LARGE"), "{answer}");
}
