//! What payment providers send, and what of it waits for the back office.

use contracts::billing::v1 as billing;
use reqwest::Method;
use serde_json::json;
use service_kit::ErrorReason;

use crate::api::{Api, send};

const RECEIVE: &str = "billing.v1.WebhookService/ReceiveStripeEvent";

fn webhook(api: &Api) -> reqwest::RequestBuilder {
    api.request(Method::POST, "/api/v1/webhooks/stripe").header("content-type", "application/json; charset=utf-8")
}

#[tokio::test]
async fn a_webhook_is_handed_on_byte_for_byte_with_its_signature() {
    let api = Api::start().await;
    let taken = billing::ReceiveStripeEventResponse { outcome: billing::WebhookOutcome::Heeded.into() };
    api.stub.answers(RECEIVE, taken);
    // Nothing that a reader of JSON would keep as it is.
    let body = "{ \"b\" : 1.0,\r\n\t\"a\":\"\\u00e9\", \"a\": null }\n";
    let answer = send(webhook(&api).header("stripe-signature", "t=1,v1=00").body(body)).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "received": true })));
    let (_, asked): (_, billing::ReceiveStripeEventRequest) = api.stub.last(RECEIVE);
    assert_eq!((asked.payload.as_slice(), asked.signature.as_str()), (body.as_bytes(), "t=1,v1=00"));
}

#[tokio::test]
async fn a_signature_that_is_not_there_or_there_twice_is_none() {
    let api = Api::start().await;
    let taken = billing::ReceiveStripeEventResponse { outcome: billing::WebhookOutcome::Heeded.into() };
    api.stub.answers(RECEIVE, taken);
    let twice = webhook(&api).header("stripe-signature", "t=1,v1=00").header("stripe-signature", "t=2,v1=00");
    for request in [webhook(&api), twice] {
        send(request.body("{}")).await;
        let (_, asked): (_, billing::ReceiveStripeEventRequest) = api.stub.last(RECEIVE);
        assert_eq!(asked.signature, "");
    }
}

#[tokio::test]
async fn a_webhook_of_a_mebibyte_is_taken() {
    let api = Api::start().await;
    let taken = billing::ReceiveStripeEventResponse { outcome: billing::WebhookOutcome::Heeded.into() };
    api.stub.answers(RECEIVE, taken);
    let signature = format!("t=1,v1={}", "0".repeat(4096));
    let answer = send(webhook(&api).header("stripe-signature", &signature).body("a".repeat(1024 * 1024))).await;
    assert_eq!(answer.status, 200);
    let (_, asked): (_, billing::ReceiveStripeEventRequest) = api.stub.last(RECEIVE);
    assert_eq!((asked.payload.len(), asked.signature), (1024 * 1024, signature));
}

#[tokio::test]
async fn a_webhook_that_is_too_large_is_refused_before_anybody_reads_it() {
    let api = Api::start().await;
    let calls = api.stub.calls();
    let answer = send(webhook(&api).body("a".repeat(1024 * 1024 + 1))).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "PAYLOAD_TOO_LARGE"));
    assert_eq!(api.stub.calls(), calls);
}

#[tokio::test]
async fn what_waits_is_shown_with_its_reason_and_replayed_or_dismissed_by_its_name() {
    let api = Api::start().await;
    let instant = Some(prost_types::Timestamp { seconds: 1_767_268_800, nanos: 0 });
    let event = billing::QuarantinedEvent {
        event_id: "second_subscription:sub_1".to_owned(),
        kind: "subscription.second_subscription".to_owned(),
        reason: billing::QuarantineReason::SecondSubscription.into(),
        customer_id: Some("cus_1".to_owned()),
        claimed_organization_id: None,
        is_live: true,
        occurred_at: instant,
        received_at: instant,
        times: 3,
        last_received_at: Some(prost_types::Timestamp { seconds: 1_767_268_860, nanos: 0 }),
        stripe_event_id: Some("evt_3".to_owned()),
    };
    let shown = json!({
        "event_id": "second_subscription:sub_1",
        "type": "subscription.second_subscription",
        "reason": "second_subscription",
        "customer_id": "cus_1",
        "is_live": true,
        "occurred_at": "2026-01-01T12:00:00Z",
        "received_at": "2026-01-01T12:00:00Z",
        "times": 3,
        "last_received_at": "2026-01-01T12:01:00Z",
        "stripe_event_id": "evt_3",
    });
    let list = billing::ListQuarantineResponse { events: vec![event.clone()], next_page_token: "next".to_owned() };
    api.stub.answers("billing.v1.QuarantineService/ListQuarantine", list);
    let replay = "billing.v1.QuarantineService/ReplayEvent";
    api.stub.answers(replay, billing::ReplayEventResponse { event: Some(event.clone()) });
    let dismiss = "billing.v1.QuarantineService/DismissEvent";
    api.stub.answers(dismiss, billing::DismissEventResponse { event: Some(event) });

    let page = api.get("/api/v1/admin/billing/quarantine").await;
    assert_eq!(page.json(), json!({ "events": [shown], "next_page_token": "next" }));
    let path = "/api/v1/admin/billing/quarantine/second_subscription:sub_1/replay";
    assert_eq!(api.post(path, &json!({})).await.json(), shown);
    let (_, asked): (_, billing::ReplayEventRequest) = api.stub.last(replay);
    assert_eq!(asked.event_id, "second_subscription:sub_1");
    assert_eq!(api.post(&path.replace("replay", "dismiss"), &json!({})).await.json(), shown);
    let (_, asked): (_, billing::DismissEventRequest) = api.stub.last(dismiss);
    assert_eq!(asked.event_id, "second_subscription:sub_1");
}

#[tokio::test]
async fn an_event_whose_reason_nobody_knows_is_not_shown_as_something_else() {
    let api = Api::start().await;
    let list = billing::ListQuarantineResponse {
        events: vec![billing::QuarantinedEvent::default()],
        next_page_token: String::new(),
    };
    api.stub.answers("billing.v1.QuarantineService/ListQuarantine", list);
    assert_eq!(api.get("/api/v1/admin/billing/quarantine").await.code(), ErrorReason::InternalError.code());
}
