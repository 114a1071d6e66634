//! One mode of the account: what tests see of it and do to it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use service_kit::Clock;
use tokio::sync::Notify;

use crate::faults::{Fault, Planned};
use crate::idempotency::Keys;
use crate::objects::{CheckoutSession, Customer, Event, Invoice, Metadata, Price, Recurring, Subscription};
use crate::webhooks::{Endpoint, Order, Queue, arrange, post};
use crate::world::World;
use crate::world::catalog::NewPrice;
use crate::world::checkout::Paid;
use crate::world::subscriptions::Proration;

/// A call that was answered, for tests that count them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// Below the root, such as `/v1/customers`.
    pub path: String,
    /// The key that it carried.
    pub idempotency_key: Option<String>,
    /// Whether the answer was one kept from before.
    pub is_replayed: bool,
}

/// Test mode or live mode. Clones are the same account.
#[derive(Clone)]
pub struct Account(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    news: Notify,
    idle: Notify,
    clock: Clock,
    http: reqwest::Client,
    base_url: String,
    secret_key: String,
}

pub struct State {
    pub world: World,
    pub keys: Keys,
    pub faults: Vec<Planned>,
    pub calls: Vec<Call>,
    pub queue: Queue,
}

impl Account {
    pub(crate) fn new(livemode: bool, clock: Clock, seed: &str, base_url: String) -> Self {
        let mode = if livemode { "live" } else { "test" };
        let state = State {
            // Ids are unique over both modes, as Stripe's are.
            world: World::new(livemode, clock.clone(), &if livemode { format!("{seed}live") } else { seed.to_owned() }),
            keys: Keys::default(),
            faults: Vec::new(),
            calls: Vec::new(),
            queue: Queue::default(),
        };
        Self(Arc::new(Inner {
            state: Mutex::new(state),
            news: Notify::new(),
            idle: Notify::new(),
            clock,
            http: reqwest::Client::new(),
            base_url,
            secret_key: format!("sk_{mode}_{seed}"),
        }))
    }

    /// The key that calls carry as a bearer.
    pub fn secret_key(&self) -> &str {
        &self.0.secret_key
    }

    /// Where the account is served, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the state; what happened by it is queued for delivery.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let done = work(&mut state);
        let State { world, queue, .. } = &mut *state;
        for event in std::mem::take(&mut world.fresh) {
            if queue.endpoint.is_some() || queue.is_held {
                queue.waiting.push_back(event);
            }
        }
        drop(state);
        self.0.news.notify_one();
        done
    }

    /// Sends events there from now on, signed with the secret.
    pub fn send_webhooks_to(&self, url: &str, secret: &str) {
        let endpoint = Endpoint { url: url.to_owned(), secret: secret.to_owned() };
        self.with(|state| state.queue.endpoint = Some(endpoint));
    }

    /// Keeps events back until they are released.
    pub fn hold_webhooks(&self) {
        self.with(|state| state.queue.is_held = true);
    }

    /// Sends what was kept back, and later events as they happen.
    pub fn release_webhooks(&self, order: Order) {
        self.with(|state| {
            let held: Vec<String> = std::mem::take(&mut state.queue.waiting).into();
            state.queue.waiting = arrange(held, order).into();
            state.queue.is_held = false;
        });
    }

    /// Forgets what was kept back, as if it were lost for good.
    pub fn lose_webhooks(&self) {
        self.with(|state| state.queue.waiting = VecDeque::new());
    }

    /// Queues an event that was sent before.
    pub fn resend(&self, event_id: &str) {
        self.with(|state| state.queue.waiting.push_back(event_id.to_owned()));
    }

    /// Returns when everything that may be sent was taken or given up.
    pub async fn webhooks_sent(&self) {
        loop {
            let idle = self.0.idle.notified();
            let is_busy = {
                let state = self.lock();
                state.queue.is_sending || !(state.queue.is_held || state.queue.waiting.is_empty())
            };
            if !is_busy {
                return;
            }
            // Woken without a word when the queue empties between the look and the wait.
            let _ = tokio::time::timeout(Duration::from_millis(100), idle).await;
        }
    }

    pub(crate) fn next_to_send(&self) -> Option<String> {
        let mut state = self.lock();
        if state.queue.is_held || state.queue.endpoint.is_none() {
            return None;
        }
        let next = state.queue.waiting.pop_front();
        state.queue.is_sending = next.is_some();
        next
    }

    pub(crate) fn sent(&self) {
        self.lock().queue.is_sending = false;
        self.0.idle.notify_waiters();
    }

    pub(crate) async fn has_news(&self) {
        self.0.news.notified().await;
    }

    /// Sends one event now, once, signed as of now. Answers the status that it met, or `None` without an answer.
    pub async fn deliver(&self, event_id: &str) -> Option<u16> {
        let (endpoint, body) = {
            let state = self.lock();
            let event = state.world.events.iter().find(|event| event.id == event_id)?;
            (state.queue.endpoint.clone()?, serde_json::to_vec(event).ok()?)
        };
        post(&self.0.http, &endpoint, self.0.clock.now().seconds(), body).await
    }

    /// The next call of this method whose path begins so goes wrong.
    pub fn fail_next(&self, method: &str, path_prefix: &str, fault: Fault) {
        let planned = Planned { method: method.to_owned(), path_prefix: path_prefix.to_owned(), fault };
        self.with(|state| state.faults.push(planned));
    }

    /// Forgets every idempotency key, as Stripe does after a day.
    pub fn expire_idempotency_keys(&self) {
        self.with(|state| state.keys.expire());
    }

    /// Lets time pass here; what falls due on the way happens.
    pub fn advance(&self, by: Duration) {
        self.with(|state| state.world.advance(by));
    }

    /// The account's present, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.lock().world.now()
    }

    /// The customer pays on a checkout page; `None` when there is no such page.
    pub fn complete_checkout(&self, session_id: &str) -> Option<Paid> {
        self.with(|state| state.world.complete_checkout(session_id))
    }

    /// A subscription that was made without a checkout page, as by hand in Stripe's own pages.
    pub fn subscribe(&self, customer: &str, price: &str, metadata: Metadata, trial_days: Option<i64>) -> String {
        self.with(|state| state.world.subscribe(customer, price, metadata, trial_days))
    }

    /// A customer that was made by hand in Stripe's own pages.
    pub fn add_customer(&self, email: Option<&str>, metadata: Metadata) -> Customer {
        self.with(|state| state.world.add_customer(email.map(str::to_owned), None, metadata))
    }

    /// A price that was made by hand in Stripe's own pages; answers its id.
    pub fn add_price(&self, unit_amount: i64, currency: &str, interval: &str) -> String {
        self.with(|state| {
            let product = state.world.add_product(None, "By hand".to_owned(), Metadata::new());
            let recurring = Recurring { interval: interval.to_owned(), interval_count: 1 };
            let new = NewPrice {
                product: product.map(|product| product.id).unwrap_or_default(),
                currency: currency.to_owned(),
                unit_amount,
                recurring,
                lookup_key: None,
                metadata: Metadata::new(),
            };
            state.world.add_price(new).map(|price| price.id).unwrap_or_default()
        })
    }

    /// What the customer does in the portal: moves to another price and pays the difference at once. Whether both are known
    /// is the answer.
    pub fn change_price(&self, subscription: &str, price: &str) -> bool {
        self.with(|state| state.world.change_price(subscription, price, Proration::AlwaysInvoice, None).is_ok())
    }

    /// Removes a customer and ends what it had, as by hand in Stripe's own pages.
    pub fn remove_customer(&self, customer: &str) {
        self.with(|state| state.world.remove_customer(customer));
    }

    /// Shows no more than so many lines with an invoice; Stripe shows ten.
    pub fn show_lines(&self, lines_shown: usize) {
        self.with(|state| state.world.lines_shown = lines_shown);
    }

    /// Whether the settings of the portal were saved; they are until a test says otherwise.
    pub fn set_portal(&self, has_portal: bool) {
        self.with(|state| state.world.has_portal = has_portal);
    }

    /// Forgets a subscription, as if the key were another account's.
    pub fn forget_subscription(&self, subscription: &str) {
        self.with(|state| state.world.subscriptions.remove(subscription));
    }

    /// Declines a customer's card from now on, or takes it again.
    pub fn decline_card(&self, customer: &str, is_declined: bool) {
        self.with(|state| {
            if is_declined {
                state.world.declined.insert(customer.to_owned());
            } else {
                state.world.declined.remove(customer);
            }
        });
    }

    /// Renewals begin as drafts from now on, until `collect_drafts`; `false`: what is due is collected at once.
    pub fn keep_drafts(&self, keeps_drafts: bool) {
        self.with(|state| state.world.keeps_drafts = keeps_drafts);
    }

    /// The hour is over in which invoices are drafts: the cards are tried.
    pub fn collect_drafts(&self) {
        self.with(|state| state.world.collect_drafts());
    }

    /// Tries again to collect what is owed for a subscription; whether nothing is owed any more.
    pub fn retry_payment(&self, subscription: &str) -> bool {
        self.with(|state| state.world.retry_payment(subscription))
    }

    /// Stops trying to collect: the subscription is canceled, or kept and unpaid.
    pub fn give_up(&self, subscription: &str, keep_unpaid: bool) {
        self.with(|state| state.world.give_up(subscription, keep_unpaid));
    }

    /// Ends a subscription at once, as by hand in Stripe's own pages.
    pub fn end(&self, subscription: &str) {
        self.with(|state| state.world.end(subscription));
    }

    /// What the customer does in the portal: cancels with the period's end, or takes that back.
    pub fn set_cancel_at_period_end(&self, subscription: &str, cancel: bool) {
        self.with(|state| state.world.set_cancel_at_period_end(subscription, cancel));
    }

    /// All calls that were answered so far.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// All events so far, oldest first.
    pub fn events(&self) -> Vec<Event> {
        self.lock().world.events.clone()
    }

    /// All customers, oldest first.
    pub fn customers(&self) -> Vec<Customer> {
        self.lock().world.customers.values().cloned().collect()
    }

    /// All prices, oldest first.
    pub fn prices(&self) -> Vec<Price> {
        self.lock().world.prices.values().cloned().collect()
    }

    /// All checkout sessions, oldest first.
    pub fn checkouts(&self) -> Vec<CheckoutSession> {
        self.lock().world.checkouts.values().cloned().collect()
    }

    /// All subscriptions, oldest first.
    pub fn subscriptions(&self) -> Vec<Subscription> {
        self.lock().world.subscriptions.values().cloned().collect()
    }

    /// All invoices, oldest first.
    pub fn invoices(&self) -> Vec<Invoice> {
        self.lock().world.invoices.values().cloned().collect()
    }
}
