//! Webhooks as such: who is believed, what is passed over.

use contracts::billing::v1::webhook_service_client::WebhookServiceClient;
use contracts::billing::v1::{ReceiveStripeEventRequest, WebhookOutcome};
use fake_stripe::sign;
use serde_json::json;
use service_kit::ErrorReason;

use crate::stripe::shop::{DAY, SECRET, Shop};
use crate::world::{World, assert_refused, refused_fields};

fn event(kind: &str, customer: &str) -> Vec<u8> {
    let object = json!({ "customer": customer });
    let event = json!({ "id": "evt_1", "type": kind, "livemode": false, "created": 1, "data": { "object": object } });
    event.to_string().into_bytes()
}

#[tokio::test]
async fn only_what_stripe_signed_just_now_is_believed() {
    let shop = Shop::open().await;
    let body = event("invoice.paid", "cus_1");
    let now = shop.world.clock.now().seconds();
    let send = async |signature: String, payload: &[u8]| {
        let request = ReceiveStripeEventRequest { payload: payload.to_vec(), signature };
        WebhookServiceClient::new(shop.world.public()).receive_stripe_event(request).await
    };
    for signature in [String::new(), sign("whsec_other", now, &body), sign(SECRET, now - 301, &body)] {
        assert_refused(send(signature, &body).await, ErrorReason::SignatureInvalid);
    }
    let other_body = event("invoice.paid", "cus_2");
    assert_refused(send(sign(SECRET, now, &body), &other_body).await, ErrorReason::SignatureInvalid);
    assert!(send(sign(SECRET, now, &body), &body).await.is_ok());
    assert!(shop.quarantine().await.len() == 1, "what was refused left nothing behind");
}

#[tokio::test]
async fn an_event_is_taken_once() {
    let shop = Shop::open().await;
    shop.buyer("cheap").await;
    let paid = serde_json::to_vec(&shop.latest("invoice.paid")).unwrap();
    assert_eq!(shop.send(&paid).await.unwrap(), WebhookOutcome::Heeded);
    assert_eq!(shop.send(&paid).await.unwrap(), WebhookOutcome::Known);
    shop.world.clock.advance(DAY * 20);
    assert_eq!(shop.send(&paid).await.unwrap(), WebhookOutcome::Known);
}

#[tokio::test]
async fn one_event_sent_at_once_by_many_is_taken_once() {
    let shop = Shop::open().await;
    shop.buyer("cheap").await;
    let paid = serde_json::to_vec(&shop.latest("invoice.paid")).unwrap();
    let sends: Vec<_> = (0..20).map(|_| shop.send(&paid)).collect();
    let outcomes = futures_util::future::join_all(sends).await;
    let heeded = outcomes.iter().filter(|outcome| matches!(outcome, Ok(WebhookOutcome::Heeded))).count();
    let known = outcomes.iter().filter(|outcome| matches!(outcome, Ok(WebhookOutcome::Known))).count();
    assert_eq!((heeded, known), (1, 19));
}

#[tokio::test]
async fn events_about_other_things_are_passed_over() {
    let shop = Shop::open().await;
    for kind in ["customer.created", "payout.paid", "charge.succeeded"] {
        assert_eq!(shop.send(&event(kind, "cus_1")).await.unwrap(), WebhookOutcome::PassedOver, "{kind}");
    }
    assert!(shop.quarantine().await.is_empty());
}

#[tokio::test]
async fn what_is_signed_and_no_event_is_refused() {
    let shop = Shop::open().await;
    for body in [&b""[..], b"{}", b"[1]", b"not json"] {
        assert_eq!(refused_fields(shop.send(body).await), ["payload"]);
    }
}

#[tokio::test]
async fn without_stripe_there_is_nothing_to_believe() {
    let world = World::new().await;
    let body = event("invoice.paid", "cus_1");
    let signature = sign(SECRET, world.clock.now().seconds(), &body);
    let request = ReceiveStripeEventRequest { payload: body, signature };
    let answer = WebhookServiceClient::new(world.public()).receive_stripe_event(request).await;
    assert_refused(answer, ErrorReason::BillingNotConfigured);
}

#[tokio::test]
async fn an_event_of_a_mebibyte_is_read() {
    let shop = Shop::open().await;
    shop.buyer("cheap").await;
    let mut paid = serde_json::to_vec(&shop.latest("invoice.paid")).unwrap();
    paid.resize(1024 * 1024, b' ');
    assert_eq!(shop.send(&paid).await.unwrap(), WebhookOutcome::Heeded);
}
