//! What is read of a webhook. It is a hint that something happened to a customer: what counts is read afterwards.

use serde::Deserialize;
use serde_json::Value;
use service_kit::Timestamp;

/// Longer words are no ids of Stripe's.
const LONGEST_ID: usize = 200;

/// Kinds of events that tell of subscriptions and what is paid for them.
const HEEDED: [&str; 3] = ["customer.subscription.", "invoice.", "checkout.session."];

/// An event of Stripe's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeEvent {
    pub id: String,
    pub kind: String,
    /// Whether real money moved.
    pub is_live: bool,
    pub occurred: Timestamp,
    /// Whom it is about.
    pub customer_id: Option<String>,
    /// The organization that its object names, as we had it written there.
    pub claimed_organization: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    id: String,
    r#type: String,
    livemode: bool,
    created: i64,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Value,
}

/// The body is no event.
#[derive(Debug, thiserror::Error)]
#[error("must be an event of Stripe's, as it was sent")]
pub struct NoEvent;

impl StripeEvent {
    /// Reads a body whose signature was good.
    pub fn read(body: &[u8]) -> Result<Self, NoEvent> {
        let payload: Payload = serde_json::from_slice(body).map_err(|_| NoEvent)?;
        let is_short = |text: &str| !text.is_empty() && text.len() <= LONGEST_ID;
        if !is_short(&payload.id) || !is_short(&payload.r#type) {
            return Err(NoEvent);
        }
        let object = &payload.data.object;
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).filter(|text| is_short(text));
        let customer = text("/customer").or_else(|| text("/customer/id"));
        let organization = text("/metadata/organization_id")
            .or_else(|| text("/parent/subscription_details/metadata/organization_id"))
            .or_else(|| text("/client_reference_id"));
        Ok(Self {
            customer_id: customer.map(str::to_owned),
            claimed_organization: organization.map(str::to_owned),
            is_live: payload.livemode,
            occurred: Timestamp::from_millis(payload.created.saturating_mul(1000)),
            id: payload.id,
            kind: payload.r#type,
        })
    }

    /// Whether it tells of anything that is kept here.
    pub fn is_heeded(&self) -> bool {
        HEEDED.iter().any(|kinds| self.kind.starts_with(kinds)) && self.customer_id.is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(kind: &str, object: Value) -> StripeEvent {
        let body =
            json!({ "id": "evt_1", "type": kind, "livemode": false, "created": 5, "data": { "object": object } });
        StripeEvent::read(body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn every_kind_of_object_names_its_customer_and_its_organization() {
        let by_metadata = json!({ "customer": "cus_1", "metadata": { "organization_id": "o" } });
        let of_invoice = json!({
            "customer": "cus_1",
            "metadata": {},
            "parent": { "subscription_details": { "metadata": { "organization_id": "o" } } },
        });
        let expanded = json!({ "customer": { "id": "cus_1" }, "client_reference_id": "o" });
        for object in [by_metadata, of_invoice, expanded] {
            let event = event("customer.subscription.updated", object);
            assert_eq!(event.customer_id.as_deref(), Some("cus_1"));
            assert_eq!(event.claimed_organization.as_deref(), Some("o"));
            assert_eq!(event.occurred, Timestamp::from_millis(5000));
        }
    }

    #[test]
    fn events_about_anything_else_are_passed_over() {
        assert!(event("invoice.paid", json!({ "customer": "cus_1" })).is_heeded());
        assert!(!event("invoice.paid", json!({ "customer": null })).is_heeded());
        assert!(!event("customer.created", json!({ "customer": "cus_1" })).is_heeded());
        assert!(!event("payout.paid", json!({})).is_heeded());
    }

    #[test]
    fn what_is_no_event_is_refused() {
        for body in ["", "{}", "[]", r#"{"id":"evt_1","type":"x","livemode":"no","created":1,"data":{"object":{}}}"#] {
            assert!(StripeEvent::read(body.as_bytes()).is_err(), "{body}");
        }
        let long =
            json!({ "id": "e".repeat(256), "type": "x", "livemode": true, "created": 1, "data": { "object": {} } });
        assert!(StripeEvent::read(long.to_string().as_bytes()).is_err());
    }
}
