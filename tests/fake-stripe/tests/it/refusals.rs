//! What the fake refuses, and with which words.

use fake_stripe::API_VERSION;
use reqwest::{Client, Method};
use serde_json::json;

use crate::client::{customer, fake, get, id, post, price, refused, send};

#[tokio::test]
async fn a_call_without_the_accounts_key_is_refused() {
    let fake = fake().await;
    let url = format!("{}/v1/customers/cus_1", fake.base_url());
    let call = |key: &str| Client::new().get(&url).bearer_auth(key).header("stripe-version", API_VERSION).send();
    assert_eq!(refused(call("sk_test_other").await.unwrap()).await.0, 401);
    assert_eq!(refused(call("").await.unwrap()).await.0, 401);
}

#[tokio::test]
async fn a_call_must_name_a_version_that_has_these_shapes() {
    let fake = fake().await;
    let url = format!("{}/v1/subscriptions", fake.base_url());
    let call = || Client::new().get(&url).bearer_auth(fake.test.secret_key());
    assert_eq!(refused(call().send().await.unwrap()).await.0, 400);
    for (version, status) in [("2024-06-20", 400), ("2025-02-24.acacia", 400), ("2025-09-30.clover", 200)] {
        assert_eq!(call().header("stripe-version", version).send().await.unwrap().status(), status, "{version}");
    }
}

#[tokio::test]
async fn a_post_without_an_idempotency_key_is_refused() {
    let fake = fake().await;
    let request = Client::new()
        .post(format!("{}/v1/customers", fake.base_url()))
        .bearer_auth(fake.test.secret_key())
        .header("stripe-version", API_VERSION);
    assert_eq!(refused(request.send().await.unwrap()).await.0, 400);
}

#[tokio::test]
async fn a_key_gives_the_first_answer_again_and_no_other_call() {
    let fake = fake().await;
    let create = |key: &'static str, name: &'static str| {
        let account = fake.test.clone();
        async move { send(&account, Method::POST, "/v1/customers", key, &[("name", name)]).await }
    };
    let first = create("k", "Ada").await.text().await.unwrap();
    let again = create("k", "Ada").await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.text().await.unwrap(), first);
    let (status, error) = refused(create("k", "Grace").await).await;
    assert_eq!((status, &error["type"]), (400, &json!("idempotency_error")));
    assert_eq!(fake.test.customers().len(), 1);

    fake.test.expire_idempotency_keys();
    assert_ne!(create("k", "Ada").await.text().await.unwrap(), first);
    assert_eq!(fake.test.customers().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_kept_for_its_key_as_well() {
    let fake = fake().await;
    let pay = || {
        send(
            &fake.test,
            Method::POST,
            "/v1/billing_portal/sessions",
            "k",
            &[("customer", "cus_none"), ("return_url", "http://127.0.0.1")],
        )
    };
    assert_eq!(refused(pay().await).await.0, 400);
    let again = pay().await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
}

#[tokio::test]
async fn unknown_parameters_objects_and_paths_are_refused() {
    let fake = fake().await;
    let (status, error) = refused(send(&fake.test, Method::POST, "/v1/customers", "a", &[("nam", "Ada")]).await).await;
    assert_eq!((status, &error["code"], &error["param"]), (400, &json!("parameter_unknown"), &json!("nam")));
    let (status, error) = refused(send(&fake.test, Method::GET, "/v1/customers/cus_none", "", &[]).await).await;
    assert_eq!((status, &error["code"]), (404, &json!("resource_missing")));
    assert_eq!(refused(send(&fake.test, Method::GET, "/v1/charges", "", &[]).await).await.0, 404);
}

#[tokio::test]
async fn a_lookup_key_names_one_price() {
    let fake = fake().await;
    let form = [
        ("currency", "usd"),
        ("unit_amount", "900"),
        ("recurring[interval]", "month"),
        ("product_data[name]", "Pro"),
        ("lookup_key", "pro-1"),
    ];
    let price = id(&post(&fake.test, "/v1/prices", &form).await);
    let (status, error) = refused(send(&fake.test, Method::POST, "/v1/prices", "other", &form).await).await;
    assert_eq!((status, &error["code"]), (400, &json!("resource_already_exists")));
    let found = get(&fake.test, "/v1/prices?lookup_keys[]=pro-1").await;
    assert_eq!(found["data"][0]["id"], json!(price));
    assert_eq!(get(&fake.test, "/v1/prices?lookup_keys[]=pro-2").await["data"], json!([]));
}

#[tokio::test]
async fn live_mode_knows_nothing_of_test_mode() {
    let fake = fake().await;
    let customer = customer(&fake.test).await;
    let path = format!("/v1/customers/{customer}");
    assert_eq!(get(&fake.test, &path).await["livemode"], json!(false));
    assert_eq!(refused(send(&fake.live, Method::GET, &path, "", &[]).await).await.0, 404);
}

#[tokio::test]
async fn lists_go_on_after_the_last_that_was_seen() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let mut made: Vec<String> =
        (0..5).map(|_| fake.test.subscribe(&customer, &price, Default::default(), None)).collect();
    made.reverse();
    let mut seen = Vec::new();
    let mut path = "/v1/subscriptions?limit=2".to_owned();
    loop {
        let page = get(&fake.test, &path).await;
        seen.extend(page["data"].as_array().unwrap().iter().map(id));
        if page["has_more"] == json!(false) {
            break;
        }
        path = format!("/v1/subscriptions?limit=2&starting_after={}", seen.last().unwrap());
    }
    assert_eq!(seen, made, "newest first, each once");
    let unknown = send(&fake.test, Method::GET, "/v1/subscriptions?starting_after=sub_none", "", &[]).await;
    assert_eq!(refused(unknown).await.0, 400);
}
