//! Credits of any organization by server API key, and the back office's part of it.

use contracts::billing::v1 as billing;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use crate::api::{Answer, Api, ORGANIZATION, USER, send};
use crate::samples::{INSTANT, instant, subscription, subscription_json};

const KEY: &str = "gh_sk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const CHARGE: &str = "billing.v1.ServerBillingService/Charge";
const DEPOSIT: &str = "billing.v1.ServerBillingService/Deposit";

fn path(rest: &str) -> String {
    format!("/api/v1/billing/orgs/{ORGANIZATION}/{rest}")
}

async fn by_key(api: &Api, method: Method, rest: &str, body: Option<&str>) -> Answer {
    let request = api.request(method, &path(rest)).bearer_auth(KEY);
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_owned()),
        None => request,
    };
    send(request).await
}

fn transaction(amount_delta: i64) -> billing::Transaction {
    billing::Transaction {
        id: USER.to_string(),
        amount_delta,
        reason: "charge".to_owned(),
        note: None,
        balance_after: -4,
        request_uuid: ORGANIZATION.to_string(),
        created_at: instant(),
    }
}

#[tokio::test]
async fn charges_and_deposits_go_on_as_they_came_and_their_answers_come_back() {
    let api = Api::start().await;
    api.stub.answers(CHARGE, billing::ChargeResponse { new_balance: -4, transaction: Some(transaction(-30)) });
    api.stub.answers(DEPOSIT, billing::DepositResponse { new_balance: -4, transaction: Some(transaction(30)) });
    for (rest, delta) in [("charge", -30), ("deposit", 30)] {
        let body = json!({ "amount": 30, "request_uuid": ORGANIZATION, "note": "pages" }).to_string();
        let answer = by_key(&api, Method::POST, rest, Some(&body)).await;
        let expected = json!({ "new_balance": -4, "transaction": {
            "id": USER, "amount_delta": delta, "reason": "charge", "balance_after": -4,
            "request_uuid": ORGANIZATION, "created_at": INSTANT,
        }});
        assert_eq!((answer.status, answer.json()), (200, expected), "{rest}");
    }
    let (metadata, asked): (HeaderMap, billing::ChargeRequest) = api.stub.last(CHARGE);
    assert_eq!(metadata["authorization"], format!("Bearer {KEY}"));
    assert_eq!(
        (asked.organization_id, asked.amount, asked.note),
        (ORGANIZATION.to_string(), 30, Some("pages".to_owned()))
    );
    let (_, asked): (HeaderMap, billing::DepositRequest) = api.stub.last(DEPOSIT);
    assert_eq!((asked.amount, asked.request_uuid), (30, ORGANIZATION.to_string()));
}

#[tokio::test]
async fn an_amount_is_a_json_integer_and_nothing_like_it() {
    let api = Api::start().await;
    for amount in
        ["1.0", "1e3", "1E0", "-0", "0.5", "\"1\"", "null", "true", "[1]", "{}", "9223372036854775808", "1e400"]
    {
        for rest in ["charge", "deposit"] {
            let body = format!(r#"{{"amount": {amount}, "request_uuid": "{ORGANIZATION}"}}"#);
            let answer = by_key(&api, Method::POST, rest, Some(&body)).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "VALIDATION_ERROR"), "{amount}");
            // What is no number to any reader is no JSON.
            let field = if amount == "1e400" { "body" } else { "amount" };
            assert_eq!(answer.violation().0, field, "{amount}");
        }
        let limit = format!(r#"{{"limit": {amount}}}"#);
        let overdraft = format!("/api/v1/admin/organizations/{ORGANIZATION}/overdraft");
        let request = api.request(Method::PUT, &overdraft).bearer_auth(api.token());
        let answer = send(request.header("content-type", "application/json").body(limit)).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "VALIDATION_ERROR"), "{amount}");
    }
    for body in ["{}", r#"{"amount": 1}"#, r#"{"amount": 1, "request_uuid": "x", "currency": "usd"}"#] {
        assert_eq!(by_key(&api, Method::POST, "charge", Some(body)).await.code(), "VALIDATION_ERROR", "{body}");
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn whoever_has_too_little_is_told_the_balance_as_a_number() {
    let api = Api::start().await;
    let refusal = Refusal::new(ErrorReason::InsufficientBalance, "Deposit first.").with("balance", "-12");
    api.stub.refuses(CHARGE, refusal);
    let body = json!({ "amount": 30, "request_uuid": ORGANIZATION }).to_string();
    let answer = by_key(&api, Method::POST, "charge", Some(&body)).await;
    assert_eq!((answer.status, answer.code().as_str()), (402, "INSUFFICIENT_BALANCE"));
    assert_eq!(answer.json()["error"]["details"], json!({ "balance": -12 }));
}

#[tokio::test]
async fn a_key_reads_balance_ledger_and_subscription() {
    let api = Api::start().await;
    let balance = billing::GetAnyBalanceResponse { balance: -4, currency: "credits".to_owned(), overdraft_limit: 50 };
    api.stub.answers("billing.v1.ServerBillingService/GetAnyBalance", balance);
    let page = billing::ListAnyTransactionsResponse {
        transactions: vec![transaction(-30)],
        next_page_token: "more".to_owned(),
    };
    api.stub.answers("billing.v1.ServerBillingService/ListAnyTransactions", page);
    let found = billing::GetAnySubscriptionResponse { subscription: Some(subscription()) };
    api.stub.answers("billing.v1.ServerBillingService/GetAnySubscription", found);

    let answer = by_key(&api, Method::GET, "balance", None).await;
    assert_eq!(answer.json(), json!({ "balance": -4, "currency": "credits", "overdraft_limit": 50 }));
    let answer = by_key(&api, Method::GET, "transactions?page_size=3&page_token=t", None).await.json();
    assert_eq!((&answer["transactions"][0]["amount_delta"], &answer["next_page_token"]), (&json!(-30), &json!("more")));
    let (_, asked): (HeaderMap, billing::ListAnyTransactionsRequest) =
        api.stub.last("billing.v1.ServerBillingService/ListAnyTransactions");
    assert_eq!((asked.page_size, asked.page_token.as_str()), (3, "t"));
    let answer = by_key(&api, Method::GET, "subscription", None).await;
    assert_eq!((answer.status, answer.json()), (200, subscription_json()));
}

#[tokio::test]
async fn neither_a_token_nor_a_cookie_takes_the_place_of_a_key_nor_the_other_way_round() {
    let api = Api::start().await;
    let token = api.token();
    let balance = path("balance");
    for request in [
        api.request(Method::GET, &balance),
        api.request(Method::GET, &balance).bearer_auth(&token),
        api.request(Method::GET, &balance).bearer_auth(&KEY[..48]),
        api.request(Method::GET, &balance).header("cookie", format!("__Host-guildhall_access={token}")),
        api.request(Method::GET, &balance).header("cookie", format!("__Host-guildhall_access={KEY}")),
        api.request(Method::GET, &balance).bearer_auth(KEY).bearer_auth(KEY),
    ] {
        let answer = send(request).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHORIZED"));
    }
    for mine in ["/api/v1/billing/balance", "/api/v1/admin/api-keys", "/api/v1/auth/me"] {
        let answer = send(api.request(Method::GET, mine).bearer_auth(KEY)).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "TOKEN_INVALID"), "{mine}");
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn the_back_office_makes_lists_and_ends_keys() {
    let api = Api::start().await;
    let key = billing::ServerKey {
        id: USER.to_string(),
        name: "meter".to_owned(),
        scopes: vec!["billing:charge".to_owned()],
        created_at: instant(),
        created_by: Some(USER.to_string()),
        expires_at: instant(),
        revoked_at: None,
        last_used_at: None,
    };
    let made = billing::CreateServerKeyResponse { server_key: Some(key.clone()), secret: KEY.to_owned() };
    api.stub.answers("billing.v1.ServerKeyService/CreateServerKey", made);
    let used = billing::ServerKey { revoked_at: instant(), last_used_at: instant(), expires_at: None, ..key };
    let listed = billing::ListServerKeysResponse { server_keys: vec![used], next_page_token: String::new() };
    api.stub.answers("billing.v1.ServerKeyService/ListServerKeys", listed);
    api.stub.answers("billing.v1.ServerKeyService/RevokeServerKey", billing::RevokeServerKeyResponse {});

    let body = json!({ "name": "meter", "scopes": ["billing:charge"], "expires_at": "2030-01-31T12:00:00Z" });
    let answer = api.post("/api/v1/admin/api-keys", &body).await;
    let expected = json!({
        "id": USER, "name": "meter", "scopes": ["billing:charge"], "key": KEY, "created_at": INSTANT,
        "expires_at": INSTANT,
    });
    assert_eq!((answer.status, answer.json()), (201, expected));
    let (_, asked): (HeaderMap, billing::CreateServerKeyRequest) =
        api.stub.last("billing.v1.ServerKeyService/CreateServerKey");
    assert_eq!(asked.expires_at.unwrap().seconds, 1_896_091_200);

    let answer = api.get("/api/v1/admin/api-keys").await;
    let expected = json!({ "next_page_token": "", "api_keys": [{
        "id": USER, "name": "meter", "scopes": ["billing:charge"], "created_at": INSTANT, "created_by": USER,
        "revoked_at": INSTANT, "last_used_at": INSTANT,
    }]});
    assert_eq!((answer.status, answer.json()), (200, expected));

    let ended = api.call(Method::DELETE, &format!("/api/v1/admin/api-keys/{USER}"), &json!({})).await;
    assert_eq!((ended.status, ended.text.as_str()), (204, ""));
    let (_, asked): (HeaderMap, billing::RevokeServerKeyRequest) =
        api.stub.last("billing.v1.ServerKeyService/RevokeServerKey");
    assert_eq!(asked.server_key_id, USER.to_string());
}

#[tokio::test]
async fn the_back_office_sets_an_overdraft() {
    let api = Api::start().await;
    let set = billing::SetOverdraftResponse { limit: 500, balance: -3 };
    api.stub.answers("billing.v1.CreditAdministrationService/SetOverdraft", set);
    let overdraft = format!("/api/v1/admin/organizations/{ORGANIZATION}/overdraft");
    let answer = api.call(Method::PUT, &overdraft, &json!({ "limit": 500 })).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "limit": 500, "balance": -3 })));
    let (_, asked): (HeaderMap, billing::SetOverdraftRequest) =
        api.stub.last("billing.v1.CreditAdministrationService/SetOverdraft");
    assert_eq!((asked.organization_id, asked.limit), (ORGANIZATION.to_string(), 500));
}
