//! A fake of one's own and calls to it.

use fake_stripe::{API_VERSION, Account, FakeStripe, Paid};
use reqwest::{Method, Response};
use serde_json::Value;
use service_kit::{Clock, Timestamp};

/// 2026-01-31T12:00:00Z.
pub const START: i64 = 1_769_860_800;

pub async fn fake() -> FakeStripe {
    FakeStripe::start(0, Clock::manual(Timestamp::from_millis(START * 1000)), "t").await.unwrap()
}

/// Calls with this account's key.
pub async fn send(account: &Account, method: Method, path: &str, key: &str, form: &[(&str, &str)]) -> Response {
    let url = format!("{}{path}", account.base_url());
    let mut request = reqwest::Client::new()
        .request(method.clone(), url)
        .bearer_auth(account.secret_key())
        .header("stripe-version", API_VERSION);
    if method == Method::POST {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        request = request
            .header("idempotency-key", key)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
    }
    request.send().await.unwrap()
}

/// A POST that is expected to be done.
pub async fn post(account: &Account, path: &str, form: &[(&str, &str)]) -> Value {
    let key = format!("key-{}", account.calls().len());
    let response = send(account, Method::POST, path, &key, form).await;
    let status = response.status();
    let body = response.text().await.unwrap();
    assert!(status.is_success(), "{path}: {status} {body}");
    serde_json::from_str(&body).unwrap()
}

/// A GET or DELETE that is expected to be done.
pub async fn call(account: &Account, method: Method, path: &str) -> Value {
    let response = send(account, method, path, "", &[]).await;
    let status = response.status();
    let body = response.text().await.unwrap();
    assert!(status.is_success(), "{path}: {status} {body}");
    serde_json::from_str(&body).unwrap()
}

pub async fn get(account: &Account, path: &str) -> Value {
    call(account, Method::GET, path).await
}

/// The status and the error of a call that is expected to be refused.
pub async fn refused(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    (status, body["error"].clone())
}

pub async fn price(account: &Account, cents: &str, interval: &str) -> String {
    let form =
        [("currency", "usd"), ("unit_amount", cents), ("recurring[interval]", interval), ("product_data[name]", "Pro")];
    id(&post(account, "/v1/prices", &form).await)
}

pub async fn customer(account: &Account) -> String {
    id(&post(account, "/v1/customers", &[("metadata[organization_id]", "o-1")]).await)
}

pub fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// A checkout session's id.
pub async fn checkout(account: &Account, customer: &str, price: &str, trial_days: Option<&str>) -> String {
    let mut form = vec![
        ("mode", "subscription"),
        ("customer", customer),
        ("line_items[0][price]", price),
        ("line_items[0][quantity]", "1"),
        ("success_url", "http://127.0.0.1/done"),
        ("cancel_url", "http://127.0.0.1/back"),
        ("subscription_data[metadata][organization_id]", "o-1"),
    ];
    form.extend(trial_days.map(|days| ("subscription_data[trial_period_days]", days)));
    id(&post(account, "/v1/checkout/sessions", &form).await)
}

/// The subscription that comes of a paid checkout.
pub async fn subscription(account: &Account, customer: &str, price: &str, trial_days: Option<&str>) -> String {
    let session = checkout(account, customer, price, trial_days).await;
    match account.complete_checkout(&session) {
        Some(Paid::Yes(subscription)) => subscription,
        other => panic!("{other:?}"),
    }
}

pub async fn status(account: &Account, subscription: &str) -> String {
    get(account, &format!("/v1/subscriptions/{subscription}")).await["status"].as_str().unwrap().to_owned()
}
