//! GET /admin/audit-log and GET /orgs/{orgId}/audit-log, in pages and as lines.

use contracts::audit::v1::AuditEntry;
use contracts::billing::v1 as billing;
use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use serde_json::{Value, json};
use service_kit::{ErrorReason, Refusal};

use crate::api::{Answer, Api, ORGANIZATION, send};
use crate::samples::{audit_entry, audit_entry_json};

const IDENTITY: &str = "identity.v1.UserAdministrationService/ListAuditLog";
const ORGANIZATIONS: &str = "organizations.v1.OrganizationAdministrationService/ListAuditLog";
const INVITATIONS: &str = "invitations.v1.InvitationAuditAdministrationService/ListAuditLog";
const OF_ONE: &str = "organizations.v1.AuditService/ListOrganizationAuditLog";
const INVITATIONS_OF_ONE: &str = "invitations.v1.InvitationAuditService/ListOrganizationAuditLog";
const BILLING: &str = "billing.v1.BillingAuditAdministrationService/ListAuditLog";
const BILLING_OF_ONE: &str = "billing.v1.BillingAuditService/ListOrganizationAuditLog";
const PATH: &str = "/api/v1/admin/audit-log";
const QUERY: &str =
    "actor=operator&action=user.roles_set&since=2026-01-01T00:00:00Z&until=2026-01-01T01:00:00%2B01:00&page_size=3";

fn of_one() -> String {
    format!("/api/v1/orgs/{ORGANIZATION}/audit-log")
}

/// An API of which identity and the one organization alone have something to tell.
async fn start() -> Api {
    let api = Api::start().await;
    api.stub.answers(ORGANIZATIONS, organizations::ListAuditLogResponse::default());
    api.stub.answers(INVITATIONS, invitations::ListAuditLogResponse::default());
    api.stub.answers(INVITATIONS_OF_ONE, invitations::ListOrganizationAuditLogResponse::default());
    api.stub.answers(BILLING, billing::ListAuditLogResponse::default());
    api.stub.answers(BILLING_OF_ONE, billing::ListOrganizationAuditLogResponse::default());
    api
}

fn asking(api: &Api, path: &str, accept: &str) -> reqwest::RequestBuilder {
    api.request(reqwest::Method::GET, path).bearer_auth(api.token()).header("accept", accept)
}

async fn export(api: &Api, path: &str) -> Answer {
    send(asking(api, path, "application/x-ndjson")).await
}

fn lines(answer: &Answer) -> Vec<Value> {
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn filters_reach_every_service_that_keeps_a_log() {
    let api = start().await;
    let page = identity::ListAuditLogResponse { entries: vec![audit_entry()], next_page_token: String::new() };
    api.stub.answers(IDENTITY, page);

    let answer = api.get(&format!("{PATH}?{QUERY}")).await;

    let expected = json!({ "entries": [audit_entry_json()], "next_page_token": "" });
    assert_eq!((answer.status, answer.json()), (200, expected));
    let (_, identity): (HeaderMap, identity::ListAuditLogRequest) = api.stub.last(IDENTITY);
    let (_, organizations): (HeaderMap, organizations::ListAuditLogRequest) = api.stub.last(ORGANIZATIONS);
    assert_eq!((identity.page_size, organizations.page_size), (3, 3));
    assert_eq!(identity.filter, organizations.filter);
    let filter = identity.filter.unwrap();
    assert_eq!((filter.actor.as_str(), filter.action.as_str()), ("operator", "user.roles_set"));
    assert_eq!(filter.since.unwrap().seconds, 1_767_225_600);
    assert_eq!(filter.until, filter.since);
    let refused = api.get(&format!("{PATH}?since=yesterday")).await;
    assert_eq!(refused.violation().0, "since");
}

#[tokio::test]
async fn an_organization_reads_its_own_log_by_the_same_filters() {
    let api = start().await;
    let page = organizations::ListOrganizationAuditLogResponse {
        entries: vec![audit_entry()],
        next_page_token: "n".to_owned(),
    };
    api.stub.answers(OF_ONE, page);

    let answer = api.get(&format!("{}?{QUERY}", of_one())).await;

    assert_eq!((answer.status, &answer.json()["entries"]), (200, &json!([audit_entry_json()])));
    let (_, asked): (HeaderMap, organizations::ListOrganizationAuditLogRequest) = api.stub.last(OF_ONE);
    let (_, of_invitations): (HeaderMap, invitations::ListOrganizationAuditLogRequest) =
        api.stub.last(INVITATIONS_OF_ONE);
    assert_eq!((asked.organization_id.as_str(), asked.page_size), (ORGANIZATION.to_string().as_str(), 3));
    assert_eq!((of_invitations.organization_id, of_invitations.page_size), (asked.organization_id, 3));
    assert_eq!(of_invitations.filter, asked.filter);
    let (_, of_billing): (HeaderMap, billing::ListOrganizationAuditLogRequest) = api.stub.last(BILLING_OF_ONE);
    assert_eq!(of_billing.filter, asked.filter);
    assert_eq!(asked.filter.unwrap().actor, "operator");
    assert_eq!(api.get(&format!("{}?until=tomorrow", of_one())).await.violation().0, "until");

    let token = answer.json()["next_page_token"].as_str().unwrap().to_owned();
    api.stub.answers(OF_ONE, organizations::ListOrganizationAuditLogResponse::default());
    let answer = api.get(&format!("{}?{QUERY}&page_token={token}", of_one())).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "entries": [], "next_page_token": "" })));
    let (_, asked): (HeaderMap, organizations::ListOrganizationAuditLogRequest) = api.stub.last(OF_ONE);
    assert_eq!(asked.page_token, "n");
    let elsewhere = format!("/api/v1/orgs/{}/audit-log?{QUERY}&page_token={token}", crate::api::USER);
    assert_eq!(api.get(&elsewhere).await.violation().0, "page_token");
}

#[tokio::test]
async fn what_was_done_with_invitations_stands_among_what_was_done_to_the_organization() {
    let api = start().await;
    let at = |seconds: i64| AuditEntry {
        id: format!("{seconds}"),
        created_at: Some(prost_types::Timestamp { seconds, nanos: 0 }),
        ..audit_entry()
    };
    let (entries, next_page_token) = (vec![at(9), at(6)], String::new());
    api.stub.answers(OF_ONE, organizations::ListOrganizationAuditLogResponse { entries, next_page_token });
    let (entries, next_page_token) = (vec![at(8), at(7)], String::new());
    api.stub.answers(INVITATIONS_OF_ONE, invitations::ListOrganizationAuditLogResponse { entries, next_page_token });
    let listed = api.get(&of_one()).await.json();
    let ids = listed["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap());
    assert_eq!(ids.collect::<Vec<_>>(), ["9", "8", "7", "6"]);
}

#[tokio::test]
async fn an_export_is_one_entry_a_line() {
    let api = start().await;
    let entries = vec![audit_entry(), audit_entry()];
    let page = identity::ListAuditLogResponse { entries: entries.clone(), next_page_token: String::new() };
    api.stub.answers(IDENTITY, page);
    let page = organizations::ListOrganizationAuditLogResponse { entries, next_page_token: String::new() };
    api.stub.answers(OF_ONE, page);
    for path in [PATH, &of_one()] {
        for accept in ["application/x-ndjson", "text/html, Application/X-NDJSON;q=0.5"] {
            let answer = send(asking(&api, path, accept)).await;
            assert_eq!(answer.headers["content-type"], "application/x-ndjson");
            assert_eq!((answer.status, lines(&answer)), (200, vec![audit_entry_json(), audit_entry_json()]));
        }
        let page = send(asking(&api, path, "application/json")).await;
        assert_eq!(page.json()["entries"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn an_export_follows_the_pages_to_the_end() {
    let api = start().await;
    let page = |id: &str, next: &str| {
        let entry = AuditEntry { id: id.to_owned(), ..audit_entry() };
        identity::ListAuditLogResponse { entries: vec![entry], next_page_token: next.to_owned() }
    };
    api.stub.answers_in_turn(IDENTITY, vec![page("c", "second"), page("b", "third"), page("a", "")]);

    let answer = export(&api, PATH).await;

    let ids: Vec<_> = lines(&answer).iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, ["c", "b", "a"]);
    let (_, message): (HeaderMap, identity::ListAuditLogRequest) = api.stub.last(IDENTITY);
    assert_eq!((message.page_token.as_str(), message.page_size), ("third", 200));
}

#[tokio::test]
async fn a_refusal_comes_in_the_envelope_and_a_later_one_breaks_the_body_off() {
    let api = start().await;
    api.stub.refuses(OF_ONE, Refusal::new(ErrorReason::OrganizationNotFound, "There is no such organization."));
    let refused = export(&api, &of_one()).await;
    assert_eq!((refused.status, refused.code().as_str()), (404, "ORGANIZATION_NOT_FOUND"));

    let first = organizations::ListOrganizationAuditLogResponse {
        entries: vec![audit_entry()],
        next_page_token: "second".to_owned(),
    };
    api.stub.answers_in_turn(OF_ONE, vec![first]);
    let answer = asking(&api, &of_one(), "application/x-ndjson").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.is_err(), "a part is not taken for the whole");
}

#[tokio::test]
async fn nothing_is_told_when_one_service_cannot_tell_its_part() {
    let api = start().await;
    api.stub.answers(IDENTITY, identity::ListAuditLogResponse::default());
    for rpc in [IDENTITY, ORGANIZATIONS, INVITATIONS, BILLING] {
        api.stub.refuses(rpc, tonic::Status::unavailable("connection refused"));
        for answer in [api.get(PATH).await, export(&api, PATH).await] {
            assert_eq!((answer.status, answer.code().as_str()), (503, "SERVICE_UNAVAILABLE"), "{rpc}");
        }
        api.stub.refuses(rpc, Refusal::new(ErrorReason::Forbidden, "Only the back office may make this call."));
        assert_eq!(api.get(PATH).await.code(), "FORBIDDEN");
        // Empty answers of all look alike.
        api.stub.answers(rpc, identity::ListAuditLogResponse::default());
        assert_eq!(api.get(PATH).await.status, 200, "{rpc}");
    }
}
