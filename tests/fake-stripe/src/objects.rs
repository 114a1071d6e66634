//! Stripe's objects, in the shape that its API shows since version 2025-03-31.basil: as many of their fields as an
//! integration of subscriptions reads.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// Name and value pairs that whoever made an object attached to it.
pub type Metadata = BTreeMap<String, String>;

/// Who pays.
#[derive(Clone, Debug, Serialize)]
pub struct Customer {
    pub id: String,
    pub object: &'static str,
    pub created: i64,
    pub email: Option<String>,
    pub name: Option<String>,
    pub livemode: bool,
    pub metadata: Metadata,
}

/// What a subscription costs, and how often.
#[derive(Clone, Debug, Serialize)]
pub struct Price {
    pub id: String,
    pub object: &'static str,
    pub active: bool,
    pub created: i64,
    pub currency: String,
    pub livemode: bool,
    pub lookup_key: Option<String>,
    pub metadata: Metadata,
    pub product: String,
    pub recurring: Recurring,
    pub r#type: &'static str,
    pub unit_amount: i64,
}

/// How often a price is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recurring {
    pub interval: String,
    pub interval_count: i32,
}

/// What is sold.
#[derive(Clone, Debug, Serialize)]
pub struct Product {
    pub id: String,
    pub object: &'static str,
    pub active: bool,
    pub created: i64,
    pub livemode: bool,
    pub metadata: Metadata,
    pub name: String,
}

/// A page on which a customer takes a subscription.
#[derive(Clone, Debug, Serialize)]
pub struct CheckoutSession {
    pub id: String,
    pub object: &'static str,
    pub cancel_url: Option<String>,
    pub client_reference_id: Option<String>,
    pub created: i64,
    pub customer: String,
    pub expires_at: i64,
    pub livemode: bool,
    pub metadata: Metadata,
    pub mode: &'static str,
    pub payment_status: &'static str,
    pub status: &'static str,
    pub subscription: Option<String>,
    pub success_url: String,
    pub url: Option<String>,
    /// What the page sells; Stripe shows it on request alone.
    #[serde(skip)]
    pub price: String,
    /// What the subscription will carry.
    #[serde(skip)]
    pub subscription_metadata: Metadata,
    #[serde(skip)]
    pub trial_period_days: Option<i64>,
}

/// A page on which a customer looks after a subscription.
#[derive(Clone, Debug, Serialize)]
pub struct PortalSession {
    pub id: String,
    pub object: &'static str,
    pub created: i64,
    pub customer: String,
    pub livemode: bool,
    pub return_url: String,
    pub url: String,
}

/// A customer's running agreement.
#[derive(Clone, Debug, Serialize)]
pub struct Subscription {
    pub id: String,
    pub object: &'static str,
    pub billing_cycle_anchor: i64,
    pub cancel_at: Option<i64>,
    pub cancel_at_period_end: bool,
    pub canceled_at: Option<i64>,
    pub created: i64,
    pub currency: String,
    pub customer: String,
    pub ended_at: Option<i64>,
    pub items: List<Item>,
    pub latest_invoice: Option<String>,
    pub livemode: bool,
    pub metadata: Metadata,
    pub start_date: i64,
    pub status: &'static str,
    pub trial_end: Option<i64>,
    pub trial_start: Option<i64>,
}

/// What a subscription is for; the dates of its period are kept here.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    pub id: String,
    pub object: &'static str,
    pub created: i64,
    pub current_period_end: i64,
    pub current_period_start: i64,
    pub price: Price,
    pub quantity: i64,
    pub subscription: String,
}

/// What is owed for a period.
#[derive(Clone, Debug, Serialize)]
pub struct Invoice {
    pub id: String,
    pub object: &'static str,
    pub amount_due: i64,
    pub amount_paid: i64,
    pub attempt_count: i64,
    pub billing_reason: &'static str,
    pub created: i64,
    pub currency: String,
    pub customer: String,
    pub lines: List<Line>,
    pub livemode: bool,
    pub parent: InvoiceParent,
    pub period_end: i64,
    pub period_start: i64,
    pub status: &'static str,
    pub total: i64,
}

/// One thing that is owed.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub id: String,
    pub object: &'static str,
    pub amount: i64,
    pub currency: String,
    pub parent: Value,
    pub period: Period,
    pub pricing: Value,
}

/// From when to when.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Period {
    pub start: i64,
    pub end: i64,
}

/// What an invoice belongs to.
#[derive(Clone, Debug, Serialize)]
pub struct InvoiceParent {
    pub r#type: &'static str,
    pub subscription_details: SubscriptionDetails,
}

/// The subscription that an invoice belongs to, and what it carried then.
#[derive(Clone, Debug, Serialize)]
pub struct SubscriptionDetails {
    pub subscription: String,
    pub metadata: Metadata,
}

/// Something that happened, with the object as it was right after.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    pub id: String,
    pub object: &'static str,
    pub api_version: String,
    pub created: i64,
    pub data: EventData,
    pub livemode: bool,
    pub pending_webhooks: i64,
    pub request: EventRequest,
    pub r#type: String,
}

/// What an event is about.
#[derive(Clone, Debug, Serialize)]
pub struct EventData {
    pub object: Value,
}

/// The call that made an event, if one did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EventRequest {
    pub id: Option<String>,
    pub idempotency_key: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct List<T> {
    pub object: &'static str,
    pub data: Vec<T>,
    pub has_more: bool,
    pub url: String,
}

impl<T> List<T> {
    /// A whole list.
    pub fn of(data: Vec<T>, url: impl Into<String>) -> Self {
        Self { object: "list", data, has_more: false, url: url.into() }
    }
}

impl Subscription {
    /// Its one item.
    pub fn item(&self) -> &Item {
        &self.items.data[0]
    }

    /// Its one item, to change.
    pub fn item_mut(&mut self) -> &mut Item {
        &mut self.items.data[0]
    }

    /// Whether it is over for good.
    pub fn has_ended(&self) -> bool {
        matches!(self.status, "canceled" | "incomplete_expired")
    }
}
