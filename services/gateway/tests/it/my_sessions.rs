//! GET /auth/sessions and DELETE /auth/sessions/{id}.

use contracts::identity::v1 as identity;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use crate::api::{Api, ORGANIZATION};
use crate::samples::{INSTANT, instant};

const ID: uuid::Uuid = ORGANIZATION;

#[tokio::test]
async fn sessions_are_listed_page_by_page() {
    let api = Api::start().await;
    let session = identity::Session {
        id: ID.to_string(),
        user_agent: Some("Firefox".to_owned()),
        ip_address: None,
        created_at: instant(),
        last_activity_at: instant(),
        is_current: true,
    };
    let page = identity::ListSessionsResponse { sessions: vec![session], next_page_token: "next".to_owned() };
    api.stub.answers("identity.v1.SessionService/ListSessions", page);

    let answer = api.get("/api/v1/auth/sessions?page_size=7&page_token=abc").await;

    let session = json!({
        "id": ID, "user_agent": "Firefox", "created_at": INSTANT, "last_activity_at": INSTANT, "is_current": true,
    });
    assert_eq!((answer.status, answer.json()), (200, json!({ "sessions": [session], "next_page_token": "next" })));
    let (_, asked): (HeaderMap, identity::ListSessionsRequest) =
        api.stub.last("identity.v1.SessionService/ListSessions");
    assert_eq!((asked.page_size, asked.page_token.as_str()), (7, "abc"));
}

#[tokio::test]
async fn an_ended_session_leaves_nothing_but_its_position() {
    let api = Api::start().await;
    api.stub.answers("identity.v1.SessionService/EndSession", identity::EndSessionResponse { position: 5 });

    let answer = api.call(Method::DELETE, &format!("/api/v1/auth/sessions/{ID}"), &json!({})).await;

    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(answer.headers["guildhall-position"], "i:5");
    let (_, asked): (HeaderMap, identity::EndSessionRequest) = api.stub.last("identity.v1.SessionService/EndSession");
    assert_eq!(asked.session_id, ID.to_string());
}

#[tokio::test]
async fn a_session_that_is_not_the_callers_is_not_found() {
    let api = Api::start().await;
    let refusal = Refusal::new(ErrorReason::NotFound, "You have no such session.");
    api.stub.refuses("identity.v1.SessionService/EndSession", refusal);
    let answer = api.call(Method::DELETE, &format!("/api/v1/auth/sessions/{ID}"), &json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "NOT_FOUND"));
}
