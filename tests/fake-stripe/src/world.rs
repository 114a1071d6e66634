//! All that an account holds in one mode, and the time that passes for it.

pub mod billing;
pub mod catalog;
pub mod checkout;
pub mod subscriptions;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use service_kit::Clock;

use crate::objects::{
    CheckoutSession, Customer, Event, EventData, EventRequest, Invoice, PortalSession, Price, Product, Subscription,
};
use crate::problem::Problem;

/// The oldest version whose shapes this is.
pub const API_VERSION: &str = "2025-03-31.basil";

/// The state of one mode. Objects are kept in the order in which they were made.
pub struct World {
    pub livemode: bool,
    clock: Clock,
    ahead: Duration,
    /// Parts of ids that tell this account from any other.
    seed: String,
    made: u64,
    /// The call that is being answered, for its events.
    pub request: EventRequest,
    pub customers: BTreeMap<String, Customer>,
    pub products: BTreeMap<String, Product>,
    pub prices: BTreeMap<String, Price>,
    pub checkouts: BTreeMap<String, CheckoutSession>,
    pub portals: BTreeMap<String, PortalSession>,
    pub subscriptions: BTreeMap<String, Subscription>,
    pub invoices: BTreeMap<String, Invoice>,
    pub events: Vec<Event>,
    /// Customers that were removed; they are remembered as such.
    pub removed: BTreeSet<String>,
    /// Whether renewals begin as drafts that nobody has tried to collect yet, as they do for an hour.
    pub keeps_drafts: bool,
    /// Lines that are shown with an invoice; the rest is listed on its own.
    pub lines_shown: usize,
    /// Whether the settings of the portal were saved.
    pub has_portal: bool,
    /// Customers whose card is declined from now on.
    pub declined: BTreeSet<String>,
    /// Events that nobody has queued for delivery yet.
    pub fresh: Vec<String>,
}

impl World {
    /// An empty account.
    pub fn new(livemode: bool, clock: Clock, seed: &str) -> Self {
        Self {
            livemode,
            clock,
            ahead: Duration::ZERO,
            seed: seed.to_owned(),
            made: 0,
            request: EventRequest::default(),
            customers: BTreeMap::new(),
            products: BTreeMap::new(),
            prices: BTreeMap::new(),
            checkouts: BTreeMap::new(),
            portals: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            invoices: BTreeMap::new(),
            events: Vec::new(),
            removed: BTreeSet::new(),
            keeps_drafts: false,
            lines_shown: 10,
            has_portal: true,
            declined: BTreeSet::new(),
            fresh: Vec::new(),
        }
    }

    /// The present of this account, in seconds.
    pub fn now(&self) -> i64 {
        self.clock.now().plus(self.ahead).seconds()
    }

    /// How many seconds the present of this account is ahead of everybody else's.
    pub fn ahead(&self) -> i64 {
        i64::try_from(self.ahead.as_secs()).unwrap_or(i64::MAX)
    }

    /// An id that was never given; later ones sort after earlier ones.
    pub fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_{}{:07}", self.seed, self.made)
    }

    /// Lets time pass. What falls due on the way happens in its order, each at its own time.
    pub fn advance(&mut self, by: Duration) {
        let until = self.now() + i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        while let Some((due, id)) = self.next_due().filter(|(due, _)| *due <= until) {
            let wait = u64::try_from(due - self.now()).unwrap_or(0);
            self.ahead += Duration::from_secs(wait);
            self.turn_period(&id);
        }
        self.ahead += Duration::from_secs(u64::try_from(until - self.now()).unwrap_or(0));
    }

    /// Notes that something happened.
    pub fn happened(&mut self, kind: &str, object: &impl Serialize) {
        let event = Event {
            id: self.id("evt"),
            object: "event",
            api_version: API_VERSION.to_owned(),
            created: self.now(),
            data: EventData { object: serde_json::to_value(object).unwrap_or(Value::Null) },
            livemode: self.livemode,
            pending_webhooks: 1,
            request: self.request.clone(),
            r#type: kind.to_owned(),
        };
        self.fresh.push(event.id.clone());
        self.events.push(event);
    }

    /// The customer, or that there is none.
    pub fn customer(&self, id: &str) -> Result<&Customer, Problem> {
        self.customers.get(id).ok_or_else(|| Problem::missing("customer", id, "customer"))
    }

    /// The price, or that there is none.
    pub fn price(&self, id: &str, param: &str) -> Result<&Price, Problem> {
        self.prices.get(id).ok_or_else(|| Problem::missing("price", id, param))
    }

    /// The subscription, or that there is none.
    pub fn subscription(&self, id: &str) -> Result<&Subscription, Problem> {
        self.subscriptions.get(id).ok_or_else(|| Problem::missing("subscription", id, "id"))
    }
}
