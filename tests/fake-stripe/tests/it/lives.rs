//! What becomes of subscriptions as time passes and people act.

use std::time::Duration;

use fake_stripe::Paid;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{START, call, checkout, customer, fake, get, post, price, status, subscription};

const DAY: Duration = Duration::from_secs(86_400);

async fn period(fake: &fake_stripe::FakeStripe, subscription: &str) -> (i64, i64) {
    let read = get(&fake.test, &format!("/v1/subscriptions/{subscription}")).await;
    assert_eq!(read.get("current_period_end"), None, "periods are the items' since basil");
    let item = &read["items"]["data"][0];
    (item["current_period_start"].as_i64().unwrap(), item["current_period_end"].as_i64().unwrap())
}

fn seconds(text: &str) -> i64 {
    service_kit::Timestamp::parse_rfc3339(text).unwrap().seconds()
}

#[tokio::test]
async fn a_paid_checkout_becomes_an_active_subscription_with_a_paid_invoice() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let session = checkout(&fake.test, &customer, &price, None).await;
    assert_eq!(get(&fake.test, "/v1/subscriptions").await["data"], json!([]));

    let Some(Paid::Yes(id)) = fake.test.complete_checkout(&session) else { panic!() };
    assert_eq!(fake.test.complete_checkout(&session), Some(Paid::Closed));
    let session = get(&fake.test, &format!("/v1/checkout/sessions/{session}")).await;
    assert_eq!((&session["status"], &session["subscription"]), (&json!("complete"), &json!(id)));

    let read = get(&fake.test, &format!("/v1/subscriptions/{id}")).await;
    assert_eq!(read["status"], "active");
    assert_eq!(read["metadata"]["organization_id"], "o-1");
    assert_eq!(period(&fake, &id).await, (START, seconds("2026-02-28T12:00:00Z")));

    let invoices = get(&fake.test, &format!("/v1/invoices?customer={customer}&status=paid")).await;
    let invoice = &invoices["data"][0];
    assert_eq!((&invoice["billing_reason"], &invoice["amount_paid"]), (&json!("subscription_create"), &json!(900)));
    assert_eq!(invoice["parent"]["subscription_details"]["subscription"], json!(id));
}

#[tokio::test]
async fn periods_follow_each_other_from_the_first_day_and_each_is_billed() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let id = subscription(&fake.test, &customer, &price, None).await;
    fake.test.advance(DAY * 100);
    let expected = (seconds("2026-04-30T12:00:00Z"), seconds("2026-05-31T12:00:00Z"));
    assert_eq!(period(&fake, &id).await, expected);
    let invoices = get(&fake.test, "/v1/invoices").await;
    let reasons: Vec<&Value> =
        invoices["data"].as_array().unwrap().iter().map(|invoice| &invoice["billing_reason"]).collect();
    assert_eq!(reasons, ["subscription_cycle", "subscription_cycle", "subscription_cycle", "subscription_create"]);
}

#[tokio::test]
async fn a_trial_is_billed_nothing_until_it_ends() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let id = subscription(&fake.test, &customer, &price, Some("14")).await;
    assert_eq!(status(&fake.test, &id).await, "trialing");
    assert_eq!(period(&fake, &id).await, (START, START + 14 * 86_400));
    assert_eq!(fake.test.invoices()[0].amount_due, 0);

    fake.test.advance(DAY * 14);
    assert_eq!(status(&fake.test, &id).await, "active");
    assert_eq!(fake.test.invoices()[1].amount_paid, 900);
}

#[tokio::test]
async fn a_declined_card_makes_it_past_due_until_it_pays_or_is_given_up() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let id = subscription(&fake.test, &customer, &price, None).await;
    fake.test.decline_card(&customer, true);
    fake.test.advance(DAY * 31);
    assert_eq!(status(&fake.test, &id).await, "past_due");
    assert!(!fake.test.retry_payment(&id));
    assert_eq!(status(&fake.test, &id).await, "past_due");

    fake.test.decline_card(&customer, false);
    assert!(fake.test.retry_payment(&id));
    assert_eq!(status(&fake.test, &id).await, "active");

    fake.test.decline_card(&customer, true);
    fake.test.advance(DAY * 31);
    fake.test.give_up(&id, true);
    assert_eq!(status(&fake.test, &id).await, "unpaid");
    fake.test.give_up(&id, false);
    assert_eq!(status(&fake.test, &id).await, "canceled");
}

#[tokio::test]
async fn a_declined_card_leaves_the_checkout_open() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let session = checkout(&fake.test, &customer, &price, None).await;
    fake.test.decline_card(&customer, true);
    assert_eq!(fake.test.complete_checkout(&session), Some(Paid::Declined));
    fake.test.decline_card(&customer, false);
    assert!(matches!(fake.test.complete_checkout(&session), Some(Paid::Yes(_))));
}

#[tokio::test]
async fn a_checkout_that_expired_sells_nothing() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let session = checkout(&fake.test, &customer, &price, None).await;
    post(&fake.test, &format!("/v1/checkout/sessions/{session}/expire"), &[]).await;
    assert_eq!(fake.test.complete_checkout(&session), Some(Paid::Closed));
    let late = checkout(&fake.test, &customer, &price, None).await;
    fake.test.advance(DAY * 2);
    assert_eq!(fake.test.complete_checkout(&late), Some(Paid::Closed));
}

#[tokio::test]
async fn cancelling_with_the_period_can_be_taken_back_until_then() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let id = subscription(&fake.test, &customer, &price, None).await;
    let path = format!("/v1/subscriptions/{id}");
    let read = post(&fake.test, &path, &[("cancel_at_period_end", "true")]).await;
    assert_eq!((&read["cancel_at_period_end"], &read["status"]), (&json!(true), &json!("active")));
    post(&fake.test, &path, &[("cancel_at_period_end", "false")]).await;
    fake.test.advance(DAY * 31);
    assert_eq!(status(&fake.test, &id).await, "active");

    post(&fake.test, &path, &[("cancel_at_period_end", "true")]).await;
    fake.test.advance(DAY * 31);
    assert_eq!(status(&fake.test, &id).await, "canceled");
    assert_eq!(get(&fake.test, "/v1/subscriptions").await["data"], json!([]), "ended ones are listed on request");
    assert_eq!(get(&fake.test, "/v1/subscriptions?status=all").await["data"][0]["id"], json!(id));
}

#[tokio::test]
async fn a_subscription_that_is_canceled_now_is_over_now() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let id = subscription(&fake.test, &customer, &price, None).await;
    let read = call(&fake.test, Method::DELETE, &format!("/v1/subscriptions/{id}")).await;
    assert_eq!((&read["status"], &read["ended_at"]), (&json!("canceled"), &json!(START)));
}

#[tokio::test]
async fn a_price_that_is_due_as_often_keeps_the_period_and_another_starts_anew() {
    let fake = fake().await;
    let customer = customer(&fake.test).await;
    let (cheap, dear) = (price(&fake.test, "900", "month").await, price(&fake.test, "3000", "month").await);
    let yearly = price(&fake.test, "9000", "year").await;
    let id = subscription(&fake.test, &customer, &cheap, None).await;
    let item = fake.test.subscriptions()[0].items.data[0].id.clone();
    fake.test.advance(DAY * 14);
    let before = period(&fake, &id).await;

    let path = format!("/v1/subscriptions/{id}");
    let to = |price: &str, proration: &str| {
        let pairs = [("items[0][id]", &*item), ("items[0][price]", price), ("proration_behavior", proration)];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let change = async |form: [(String, String); 3]| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        post(&fake.test, &path, &form).await
    };
    change(to(&dear, "always_invoice")).await;
    assert_eq!(period(&fake, &id).await, before);
    assert_eq!(fake.test.invoices()[1].amount_paid, 1050, "half of what it costs more");
    change(to(&cheap, "none")).await;
    assert_eq!(fake.test.invoices().len(), 2);

    change(to(&yearly, "none")).await;
    let now = START + 14 * 86_400;
    assert_eq!(period(&fake, &id).await, (now, seconds("2027-02-14T12:00:00Z")));
    assert_eq!(fake.test.invoices()[2].amount_paid, 9000);
}

#[tokio::test]
async fn the_portal_is_a_page_of_the_customers_subscriptions() {
    let fake = fake().await;
    let (customer, price) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let id = subscription(&fake.test, &customer, &price, None).await;
    let form = [("customer", customer.as_str()), ("return_url", "http://127.0.0.1/billing")];
    let session = post(&fake.test, "/v1/billing_portal/sessions", &form).await;
    let url = session["url"].as_str().unwrap();
    let page = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert!(page.contains(&id) && page.contains("http://127.0.0.1/billing"), "{page}");

    let press = |query: String| reqwest::Client::new().post(format!("{url}?{query}")).send();
    assert!(press(format!("do=cancel&subscription={id}")).await.unwrap().status().is_success());
    assert!(fake.test.subscriptions()[0].cancel_at_period_end);
    assert!(press(format!("do=resume&subscription={id}")).await.unwrap().status().is_success());
    assert!(!fake.test.subscriptions()[0].cancel_at_period_end);
    assert_eq!(press("do=cancel&subscription=sub_other".to_owned()).await.unwrap().status(), 404);
}

#[tokio::test]
async fn the_end_of_a_trial_puts_billing_off_even_for_a_price_that_is_due_at_other_times() {
    let fake = fake().await;
    let customer = customer(&fake.test).await;
    let (yearly, monthly) = (price(&fake.test, "9000", "year").await, price(&fake.test, "900", "month").await);
    let id = subscription(&fake.test, &customer, &yearly, None).await;
    let item = fake.test.subscriptions()[0].items.data[0].id.clone();
    let end = seconds("2027-01-31T12:00:00Z").to_string();
    fake.test.advance(DAY * 100);
    let form = [
        ("items[0][id]", item.as_str()),
        ("items[0][price]", &monthly),
        ("proration_behavior", "none"),
        ("trial_end", &end),
        ("metadata[until]", &end),
    ];
    let read = post(&fake.test, &format!("/v1/subscriptions/{id}"), &form).await;
    assert_eq!((&read["status"], &read["metadata"]["until"]), (&json!("trialing"), &json!(end)));
    assert_eq!(fake.test.invoices()[1].amount_due, 0);

    fake.test.advance(DAY * 270);
    assert_eq!(status(&fake.test, &id).await, "active");
    assert_eq!(fake.test.invoices()[2].amount_due, 900);
    let form = [("metadata[until]", "")];
    let read = post(&fake.test, &format!("/v1/subscriptions/{id}"), &form).await;
    assert_eq!(read["metadata"], json!({ "organization_id": "o-1" }), "an empty value removes its name");
}

#[tokio::test]
async fn checkouts_are_listed_by_customer_and_state() {
    let fake = fake().await;
    let (one, other) = (customer(&fake.test).await, customer(&fake.test).await);
    let price = price(&fake.test, "900", "month").await;
    let mut sessions = Vec::new();
    for customer in [&one, &one, &one, &other] {
        sessions.push(checkout(&fake.test, customer, &price, None).await);
    }
    fake.test.complete_checkout(&sessions[0]);
    post(&fake.test, &format!("/v1/checkout/sessions/{}/expire", sessions[1]), &[]).await;
    let list = async |status: &str| {
        let list = get(&fake.test, &format!("/v1/checkout/sessions?customer={one}&status={status}")).await;
        list["data"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list("complete").await, [sessions[0].clone()]);
    assert_eq!(list("expired").await, [sessions[1].clone()]);
    assert_eq!(list("open").await, [sessions[2].clone()]);
    fake.test.advance(DAY * 2);
    assert!(list("open").await.is_empty(), "a day is over");
}

#[tokio::test]
async fn lines_beyond_those_shown_with_an_invoice_are_listed_on_their_own() {
    let fake = fake().await;
    let (customer, cheap) = (customer(&fake.test).await, price(&fake.test, "900", "month").await);
    let dear = price(&fake.test, "3000", "month").await;
    let id = subscription(&fake.test, &customer, &cheap, None).await;
    assert!(fake.test.change_price(&id, &dear));
    fake.test.show_lines(1);
    let invoice = get(&fake.test, "/v1/invoices").await["data"][0].clone();
    assert_eq!((invoice["lines"]["data"].as_array().unwrap().len(), &invoice["lines"]["has_more"]), (1, &json!(true)));
    let lines = get(&fake.test, &format!("/v1/invoices/{}/lines", invoice["id"].as_str().unwrap())).await;
    assert_eq!((lines["data"].as_array().unwrap().len(), &lines["has_more"]), (2, &json!(false)));
    assert_eq!(lines["data"][0], invoice["lines"]["data"][0]);
}
