//! Failures on demand: with or without an effect, and what the same key gives afterwards.

use std::time::Duration;

use fake_stripe::{API_VERSION, Fault};
use reqwest::{Client, Method};

use crate::client::{fake, send};

async fn create(account: &fake_stripe::Account) -> Result<u16, reqwest::Error> {
    let request = Client::new()
        .post(format!("{}/v1/customers", account.base_url()))
        .bearer_auth(account.secret_key())
        .header("stripe-version", API_VERSION)
        .header("idempotency-key", "k")
        .timeout(Duration::from_millis(300));
    let response = request.send().await?;
    let status = response.status().as_u16();
    response.bytes().await?;
    Ok(status)
}

#[tokio::test]
async fn a_fault_before_the_effect_leaves_nothing_behind() {
    for fault in [Fault::Error, Fault::Refusal, Fault::TooMany, Fault::KeyInUse, Fault::Silence] {
        let fake = fake().await;
        fake.test.fail_next("POST", "/v1/customers", fault);
        assert!(!matches!(create(&fake.test).await, Ok(200)), "{fault:?}");
        assert_eq!(fake.test.customers().len(), 0, "{fault:?}");
        assert!(matches!(create(&fake.test).await, Ok(200)), "{fault:?}");
        assert_eq!(fake.test.customers().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_fault_after_the_effect_is_made_good_by_the_same_key() {
    for fault in [Fault::SilenceAfterEffect, Fault::DropAfterEffect] {
        let fake = fake().await;
        fake.test.fail_next("POST", "/v1/customers", fault);
        assert!(create(&fake.test).await.is_err(), "{fault:?}");
        assert_eq!(fake.test.customers().len(), 1, "{fault:?}");
        assert!(matches!(create(&fake.test).await, Ok(200)), "{fault:?}");
        assert_eq!(fake.test.customers().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn an_error_after_the_effect_is_what_the_key_stands_for() {
    let fake = fake().await;
    fake.test.fail_next("POST", "/v1/customers", Fault::ErrorAfterEffect);
    assert!(matches!(create(&fake.test).await, Ok(500)));
    assert!(matches!(create(&fake.test).await, Ok(500)));
    assert_eq!(fake.test.customers().len(), 1);
}

#[tokio::test]
async fn a_fault_waits_for_its_call_and_meets_one() {
    let fake = fake().await;
    fake.test.fail_next("GET", "/v1/invoices", Fault::Error);
    assert_eq!(send(&fake.test, Method::GET, "/v1/subscriptions", "", &[]).await.status(), 200);
    assert_eq!(send(&fake.test, Method::GET, "/v1/invoices", "", &[]).await.status(), 500);
    assert_eq!(send(&fake.test, Method::GET, "/v1/invoices", "", &[]).await.status(), 200);
}
