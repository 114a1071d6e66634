//! GET /admin/audit-log, in pages and as lines.

use contracts::audit::v1 as audit;
use contracts::identity::v1 as identity;
use http::HeaderMap;
use reqwest::Method;
use serde_json::{Value, json};
use service_kit::{ErrorReason, Refusal};

use crate::api::{Answer, Api, USER, send};
use crate::samples::{INSTANT, instant};

const RPC: &str = "identity.v1.UserAdministrationService/ListAuditLog";
const PATH: &str = "/api/v1/admin/audit-log";

fn entry() -> audit::AuditEntry {
    audit::AuditEntry {
        id: USER.to_string(),
        created_at: instant(),
        actor: "operator".to_owned(),
        action: "user.roles_set".to_owned(),
        target_kind: "user".to_owned(),
        target_id: USER.to_string(),
        reason: Some("a \"good\" one".to_owned()),
        details_json: r#"{"after":["super_admin"]}"#.to_owned(),
        ip_address: Some("192.0.2.1".to_owned()),
        ..audit::AuditEntry::default()
    }
}

fn entry_json() -> Value {
    json!({
        "id": USER, "created_at": INSTANT, "actor": "operator", "action": "user.roles_set", "target_kind": "user",
        "target_id": USER, "reason": "a \"good\" one", "details": { "after": ["super_admin"] },
        "ip_address": "192.0.2.1",
    })
}

async fn export(api: &Api, accept: &str) -> Answer {
    send(api.request(Method::GET, PATH).bearer_auth(api.token()).header("accept", accept)).await
}

#[tokio::test]
async fn a_page_holds_entries_and_filters_pass_through() {
    let api = Api::start().await;
    let page = identity::ListAuditLogResponse { entries: vec![entry()], next_page_token: "n".to_owned() };
    api.stub.answers(RPC, page);

    let query =
        "actor=operator&action=user.roles_set&since=2026-01-01T00:00:00Z&until=2026-01-01T01:00:00%2B01:00&page_size=3";
    let answer = api.get(&format!("{PATH}?{query}")).await;

    assert_eq!((answer.status, answer.json()), (200, json!({ "entries": [entry_json()], "next_page_token": "n" })));
    let (_, message): (HeaderMap, identity::ListAuditLogRequest) = api.stub.last(RPC);
    let filter = message.filter.unwrap();
    assert_eq!((filter.actor.as_str(), filter.action.as_str()), ("operator", "user.roles_set"));
    assert_eq!(filter.since.unwrap().seconds, 1_767_225_600);
    assert_eq!(filter.until, filter.since);
    assert_eq!(message.page_size, 3);
    let refused = api.get(&format!("{PATH}?since=yesterday")).await;
    assert_eq!(refused.violation().0, "since");
}

#[tokio::test]
async fn an_export_is_one_entry_a_line() {
    let api = Api::start().await;
    let page = identity::ListAuditLogResponse { entries: vec![entry(), entry()], next_page_token: String::new() };
    api.stub.answers(RPC, page);
    for accept in ["application/x-ndjson", "text/html, Application/X-NDJSON;q=0.5"] {
        let answer = export(&api, accept).await;
        assert_eq!(answer.headers["content-type"], "application/x-ndjson");
        let lines: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((answer.status, lines), (200, vec![entry_json(), entry_json()]));
    }
    assert_eq!(export(&api, "application/json").await.json()["entries"].as_array().unwrap().len(), 2);
    let (_, message): (HeaderMap, identity::ListAuditLogRequest) = api.stub.last(RPC);
    assert_eq!(message.page_size, 0);
}

#[tokio::test]
async fn an_export_follows_the_pages_to_the_end() {
    let api = Api::start().await;
    let page = |next: &str| identity::ListAuditLogResponse { entries: vec![entry()], next_page_token: next.to_owned() };
    api.stub.answers_in_turn(RPC, vec![page("second"), page("third"), page("")]);
    let answer = export(&api, "application/x-ndjson").await;
    assert_eq!(answer.text.lines().count(), 3);
    let (_, message): (HeaderMap, identity::ListAuditLogRequest) = api.stub.last(RPC);
    assert_eq!((message.page_token.as_str(), message.page_size), ("third", 200));
}

#[tokio::test]
async fn a_refusal_comes_in_the_envelope_and_a_later_one_breaks_the_body_off() {
    let api = Api::start().await;
    api.stub.refuses(RPC, Refusal::new(ErrorReason::Forbidden, "Only the back office may make this call."));
    let refused = export(&api, "application/x-ndjson").await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"));

    let first = identity::ListAuditLogResponse { entries: vec![entry()], next_page_token: "second".to_owned() };
    api.stub.answers_in_turn(RPC, vec![first]);
    let request = api.request(Method::GET, PATH).bearer_auth(api.token()).header("accept", "application/x-ndjson");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.is_err(), "a part is not taken for the whole");
}
