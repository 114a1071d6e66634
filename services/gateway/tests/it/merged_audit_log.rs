//! Pages of the audit log that several services keep together.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::audit::v1::AuditEntry;
use contracts::billing::v1 as billing;
use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use http::HeaderMap;
use prost_types::Timestamp;
use reqwest::Method;
use service_kit::Refusal;
use uuid::Uuid;

use crate::api::{Answer, Api, send};
use crate::samples::audit_entry;

const IDENTITY: &str = "identity.v1.UserAdministrationService/ListAuditLog";
const ORGANIZATIONS: &str = "organizations.v1.OrganizationAdministrationService/ListAuditLog";
const INVITATIONS: &str = "invitations.v1.InvitationAuditAdministrationService/ListAuditLog";
const BILLING: &str = "billing.v1.BillingAuditAdministrationService/ListAuditLog";
const PATH: &str = "/api/v1/admin/audit-log?page_size=2";

/// An API whose invitations and billing have nothing to tell.
async fn start() -> Api {
    let api = Api::start().await;
    api.stub.answers(INVITATIONS, invitations::ListAuditLogResponse::default());
    api.stub.answers(BILLING, billing::ListAuditLogResponse::default());
    api
}

/// Entries named and dated by digits, the newest first.
fn entries(ids: &str) -> Vec<AuditEntry> {
    let created_at = |id: char| Some(Timestamp { seconds: i64::from(id.to_digit(36).unwrap()), nanos: 0 });
    ids.chars().map(|id| AuditEntry { id: id.to_string(), created_at: created_at(id), ..audit_entry() }).collect()
}

fn of_identity(pages: &[(&str, &str)]) -> Vec<identity::ListAuditLogResponse> {
    let page = |(ids, next): &(&str, &str)| identity::ListAuditLogResponse {
        entries: entries(ids),
        next_page_token: (*next).to_owned(),
    };
    pages.iter().map(page).collect()
}

fn of_organizations(pages: &[(&str, &str)]) -> Vec<organizations::ListAuditLogResponse> {
    let page = |(ids, next): &(&str, &str)| organizations::ListAuditLogResponse {
        entries: entries(ids),
        next_page_token: (*next).to_owned(),
    };
    pages.iter().map(page).collect()
}

/// The ids on a page, and the token for the next.
fn read(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let page = answer.json();
    let ids = page["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    (ids, page["next_page_token"].as_str().unwrap().to_owned())
}

async fn page(api: &Api, page_token: &str) -> (String, String) {
    read(&api.get(&format!("{PATH}&page_token={page_token}")).await)
}

fn asked_of_identity(api: &Api) -> (String, i32) {
    let (_, asked): (HeaderMap, identity::ListAuditLogRequest) = api.stub.last(IDENTITY);
    (asked.page_token, asked.page_size)
}

fn asked_of_organizations(api: &Api) -> (String, i32) {
    let (_, asked): (HeaderMap, organizations::ListAuditLogRequest) = api.stub.last(ORGANIZATIONS);
    (asked.page_token, asked.page_size)
}

#[tokio::test]
async fn every_entry_is_told_once_and_the_newest_first() {
    let api = start().await;
    // The whole logs are 9 7 5 and 8 6. Of each the first page uses one, and asks for what follows it.
    api.stub.answers_in_turn(IDENTITY, of_identity(&[("97", "after 7"), ("9", "after 9")]));
    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("86", ""), ("8", "after 8")]));
    let (ids, token) = page(&api, "").await;
    assert_eq!(ids, "98");
    assert_eq!(asked_of_identity(&api), (String::new(), 1));
    assert_eq!(asked_of_organizations(&api), (String::new(), 1));

    api.stub.answers_in_turn(IDENTITY, of_identity(&[("75", ""), ("7", "after 7")]));
    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("6", "")]));
    let (ids, token) = page(&api, &token).await;
    assert_eq!(ids, "76");
    assert_eq!(asked_of_identity(&api), ("after 9".to_owned(), 1));
    assert_eq!(asked_of_organizations(&api), ("after 8".to_owned(), 2));

    let calls = api.stub.calls();
    api.stub.answers_in_turn(IDENTITY, of_identity(&[("5", "")]));
    assert_eq!(page(&api, &token).await, ("5".to_owned(), String::new()));
    assert_eq!(asked_of_identity(&api), ("after 7".to_owned(), 2));
    assert_eq!(api.stub.calls(), calls + 1, "a service at its end is not asked again");
}

#[tokio::test]
async fn every_service_that_keeps_a_log_has_its_part_in_the_one() {
    let api = Api::start().await;
    api.stub.answers_in_turn(IDENTITY, of_identity(&[("9", "")]));
    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("7", "")]));
    let page = invitations::ListAuditLogResponse { entries: entries("86"), next_page_token: String::new() };
    api.stub.answers(INVITATIONS, page);
    let page = billing::ListAuditLogResponse { entries: entries("5"), next_page_token: String::new() };
    api.stub.answers(BILLING, page);
    let (ids, _) = read(&api.get("/api/v1/admin/audit-log").await);
    assert_eq!(ids, "98765");
}

#[tokio::test]
async fn a_service_goes_on_after_a_page_used_whole_and_stays_where_nothing_was_used() {
    let api = start().await;
    api.stub.answers_in_turn(IDENTITY, of_identity(&[("98", "after 8")]));
    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("21", "after 1")]));
    let (ids, token) = page(&api, "").await;
    assert_eq!((ids.as_str(), api.stub.calls()), ("98", 4));

    api.stub.answers_in_turn(IDENTITY, of_identity(&[("76", "")]));
    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("21", "after 1")]));
    assert_eq!(page(&api, &token).await.0, "76");
    assert_eq!(asked_of_identity(&api), ("after 8".to_owned(), 2));
    assert_eq!(asked_of_organizations(&api), (String::new(), 2));
}

#[tokio::test]
async fn what_is_written_while_somebody_reads_is_neither_told_out_of_order_nor_hides_anything() {
    let api = start().await;
    api.stub.answers_in_turn(IDENTITY, of_identity(&[("98", "after 8")]));
    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("21", "")]));
    let (_, token) = page(&api, "").await;

    // Organizations, still asked from its start, has written b and c meanwhile: its first page is them alone.
    api.stub.answers_in_turn(IDENTITY, of_identity(&[("7", "")]));
    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("cb", "after b"), ("21", ""), ("2", "after 2")]));
    let (ids, token) = page(&api, &token).await;
    assert_eq!(ids, "72");
    assert_eq!(asked_of_organizations(&api), ("after b".to_owned(), 1));

    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("1", "")]));
    assert_eq!(page(&api, &token).await, ("1".to_owned(), String::new()));
}

#[tokio::test]
async fn entries_told_before_count_when_a_service_is_asked_for_what_follows() {
    let api = start().await;
    let of_size = async |size: i32, token: &str| {
        read(&api.get(&format!("/api/v1/admin/audit-log?page_size={size}&page_token={token}")).await)
    };
    api.stub.answers_in_turn(IDENTITY, of_identity(&[("98", "")]));
    // Asked for what follows its first entry, the service names no token: it is asked from its start again.
    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("21", ""), ("2", "")]));
    let (ids, token) = of_size(3, "").await;
    assert_eq!(ids, "982");

    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("210", ""), ("21", "after 1")]));
    let (ids, token) = of_size(1, &token).await;
    assert_eq!((ids.as_str(), asked_of_organizations(&api)), ("1", (String::new(), 2)));

    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("0", "")]));
    assert_eq!(of_size(1, &token).await, ("0".to_owned(), String::new()));
    assert_eq!(asked_of_organizations(&api), ("after 1".to_owned(), 1));
}

#[tokio::test]
async fn a_token_that_is_none_of_this_list_is_refused_before_anybody_is_asked() {
    let api = start().await;
    api.stub.answers_in_turn(IDENTITY, of_identity(&[("98", "after 8")]));
    api.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("", "")]));
    let (_, token) = page(&api, "").await;
    let calls = api.stub.calls();
    let is_refused = async |path: &str, bearer: String| {
        let answer = send(api.request(Method::GET, path).bearer_auth(bearer)).await;
        assert_eq!(answer.violation().0, "page_token", "{path}");
    };
    for place in 0..token.len() {
        let other = if token[place..].starts_with('A') { "B" } else { "A" };
        let changed = format!("{}{other}{}", &token[..place], &token[place + 1..]);
        is_refused(&format!("{PATH}&page_token={changed}"), api.token()).await;
    }
    let opened = URL_SAFE_NO_PAD.decode(&token).unwrap();
    let unsealed = String::from_utf8_lossy(&opened[16..]).replace("after 8", "after 9");
    let made_up = URL_SAFE_NO_PAD.encode(r#"{"told":null,"next":["",""]}"#);
    for token in ["after 8", &token[1..], &URL_SAFE_NO_PAD.encode(unsealed), &made_up, "%00"] {
        is_refused(&format!("{PATH}&page_token={token}"), api.token()).await;
    }
    is_refused(&format!("{PATH}&actor=system&page_token={token}"), api.token()).await;
    let somebody_else = api.issuer.token(Uuid::from_u128(99));
    is_refused(&format!("{PATH}&page_token={token}"), somebody_else).await;
    assert_eq!(api.stub.calls(), calls);
}

#[tokio::test]
async fn every_replica_of_the_gateway_reads_the_tokens_of_the_others() {
    let (one, other) = (start().await, start().await);
    one.stub.answers_in_turn(IDENTITY, of_identity(&[("98", "after 8")]));
    one.stub.answers_in_turn(ORGANIZATIONS, of_organizations(&[("", "")]));
    let (_, token) = page(&one, "").await;
    other.stub.answers_in_turn(IDENTITY, of_identity(&[("7", "")]));
    assert_eq!(page(&other, &token).await, ("7".to_owned(), String::new()));
    assert_eq!(asked_of_identity(&other), ("after 8".to_owned(), 2));
}

#[tokio::test]
async fn a_token_inside_that_a_service_refuses_is_refused() {
    let api = start().await;
    api.stub.answers_in_turn(IDENTITY, of_identity(&[("98", "after 8")]));
    api.stub.answers(ORGANIZATIONS, organizations::ListAuditLogResponse::default());
    let (_, token) = page(&api, "").await;
    api.stub.refuses(IDENTITY, Refusal::invalid(vec![("page_token".to_owned(), "must be ours".to_owned())]));

    let refused = api.get(&format!("{PATH}&page_token={token}")).await;

    assert_eq!(refused.violation(), ("page_token".to_owned(), "must be ours".to_owned()));
}
