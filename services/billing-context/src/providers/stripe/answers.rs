//! What Stripe answers: the fields that are read here, in the shape since version 2025-03-31.basil.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Whatever has an id.
#[derive(Debug, Deserialize)]
pub struct Made {
    pub id: String,
    /// Whether it is shown in memory of what was there.
    #[serde(default)]
    pub deleted: bool,
}

/// A page that people are sent to.
#[derive(Debug, Deserialize)]
pub struct Session {
    /// `None` once it is over.
    pub url: Option<String>,
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
    pub has_more: bool,
}

/// A price, and the terms that must not differ from ours.
#[derive(Debug, Deserialize)]
pub struct Price {
    pub id: String,
    pub currency: String,
    pub unit_amount: Option<i64>,
    pub recurring: Option<Recurring>,
}

/// How often a price is due.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Recurring {
    pub interval: String,
    pub interval_count: i32,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Subscription {
    pub id: String,
    pub status: String,
    pub created: i64,
    pub billing_cycle_anchor: i64,
    pub cancel_at_period_end: bool,
    pub cancel_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub trial_end: Option<i64>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    pub items: Items,
}

/// The items of a subscription; ours have one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Items {
    pub data: Vec<Item>,
}

/// What a subscription is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Item {
    pub id: String,
    pub current_period_start: i64,
    pub current_period_end: i64,
    pub price: ItemPrice,
}

/// The price of an item.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ItemPrice {
    pub id: String,
    pub recurring: Option<Recurring>,
}

/// An invoice.
#[derive(Debug, Deserialize)]
pub struct Invoice {
    pub id: String,
    pub created: i64,
    pub billing_reason: Option<String>,
    pub parent: Option<Parent>,
    pub lines: Lines,
}

/// What an invoice belongs to.
#[derive(Debug, Deserialize)]
pub struct Parent {
    pub subscription_details: Option<SubscriptionDetails>,
}

/// The subscription that an invoice belongs to.
#[derive(Debug, Deserialize)]
pub struct SubscriptionDetails {
    pub subscription: String,
}

/// What an invoice is about.
#[derive(Debug, Deserialize)]
pub struct Lines {
    pub data: Vec<Line>,
    /// Whether there are more than are shown with the invoice.
    #[serde(default)]
    pub has_more: bool,
}

/// One thing that is owed.
#[derive(Debug, Deserialize)]
pub struct Line {
    pub id: String,
    pub amount: i64,
    pub period: LinePeriod,
    pub pricing: Option<Pricing>,
    pub parent: Option<LineParent>,
}

/// What a line is for.
#[derive(Debug, Deserialize)]
pub struct LineParent {
    pub subscription_item_details: Option<ItemDetails>,
}

/// The item that a line is for.
#[derive(Debug, Deserialize)]
pub struct ItemDetails {
    /// Whether it settles a change within a period, rather than being the period's price.
    #[serde(default)]
    pub proration: bool,
}

/// The time that a line is for.
#[derive(Debug, Deserialize)]
pub struct LinePeriod {
    pub start: i64,
    pub end: i64,
}

/// What a line costs.
#[derive(Debug, Deserialize)]
pub struct Pricing {
    pub price_details: Option<PriceDetails>,
}

/// The price of a line.
#[derive(Debug, Deserialize)]
pub struct PriceDetails {
    pub price: String,
}

/// Why a call was refused.
#[derive(Debug, Default, Deserialize)]
pub struct Refused {
    #[serde(default)]
    pub error: RefusedWhy,
}

/// The words of a refusal.
#[derive(Debug, Default, Deserialize)]
pub struct RefusedWhy {
    pub code: Option<String>,
    #[serde(default, rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub message: String,
}
