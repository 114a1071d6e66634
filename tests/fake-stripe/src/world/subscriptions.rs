//! The life of a subscription: taken, tried, renewed, owed for, changed, canceled.

use crate::calendar::period_end;
use crate::objects::{Item, List, Metadata, Period, Price, Subscription};
use crate::problem::Problem;
use crate::world::World;
use crate::world::billing::{Charge, stand};

/// What is done about the part of a period that was paid at another price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proration {
    /// Settled with the next invoice; this account forgets about it.
    CreateProrations,
    /// Billed at once.
    AlwaysInvoice,
    /// Not settled.
    None,
}

impl World {
    /// A customer takes a price. Answers the subscription's id.
    pub fn subscribe(&mut self, customer: &str, price: &str, metadata: Metadata, trial_days: Option<i64>) -> String {
        let now = self.now();
        let price = self.prices[price].clone();
        let id = self.id("sub");
        let trial_end = trial_days.filter(|days| *days > 0).map(|days| now + days * 86_400);
        let end = trial_end.unwrap_or_else(|| end_of_period(&price, now, now));
        let item = Item {
            id: self.id("si"),
            object: "subscription_item",
            created: now,
            current_period_end: end,
            current_period_start: now,
            price: price.clone(),
            quantity: 1,
            subscription: id.clone(),
        };
        let subscription = Subscription {
            object: "subscription",
            billing_cycle_anchor: trial_end.unwrap_or(now),
            cancel_at: None,
            cancel_at_period_end: false,
            canceled_at: None,
            created: now,
            currency: price.currency.clone(),
            customer: customer.to_owned(),
            ended_at: None,
            items: List::of(vec![item], format!("/v1/subscription_items?subscription={id}")),
            latest_invoice: None,
            livemode: self.livemode,
            metadata,
            start_date: now,
            status: if trial_end.is_some() { "trialing" } else { "active" },
            trial_end,
            trial_start: trial_end.map(|_| now),
            id: id.clone(),
        };
        self.subscriptions.insert(id.clone(), subscription);
        let amount = if trial_end.is_some() { 0 } else { price.unit_amount };
        let is_paid =
            self.bill(&id, "subscription_create", vec![Charge::whole(&price, amount, Period { start: now, end })]);
        if let Some(subscription) = self.subscriptions.get_mut(&id).filter(|_| !is_paid) {
            subscription.status = "incomplete";
        }
        let subscription = self.subscriptions[&id].clone();
        self.happened("customer.subscription.created", &subscription);
        id
    }

    /// The subscription whose period is over next, and when.
    pub fn next_due(&self) -> Option<(i64, String)> {
        let living = self.subscriptions.values().filter(|subscription| !subscription.has_ended());
        living.map(|subscription| (subscription.item().current_period_end, subscription.id.clone())).min()
    }

    /// A period is over: the subscription ends or is billed for the next one.
    pub fn turn_period(&mut self, id: &str) {
        let Some(subscription) = self.subscriptions.get(id).cloned() else { return };
        let now = subscription.item().current_period_end;
        if subscription.cancel_at_period_end || subscription.cancel_at.is_some_and(|at| at <= now) {
            return self.end(id);
        }
        if subscription.status == "incomplete" {
            self.change(id, |subscription| subscription.status = "incomplete_expired");
            return;
        }
        let price = subscription.item().price.clone();
        let end = end_of_period(&price, subscription.billing_cycle_anchor, now);
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            let item = subscription.item_mut();
            (item.current_period_start, item.current_period_end) = (now, end);
        }
        let period = Period { start: now, end };
        if self.keeps_drafts {
            self.draft(id, "subscription_cycle", vec![Charge::whole(&price, price.unit_amount, period)]);
            self.change(id, |subscription| stand(subscription, subscription.status != "past_due"));
            return;
        }
        let is_paid = self.bill(id, "subscription_cycle", vec![Charge::whole(&price, price.unit_amount, period)]);
        self.change(id, |subscription| stand(subscription, is_paid));
    }

    /// Ends a subscription at once.
    pub fn end(&mut self, id: &str) {
        let now = self.now();
        let Some(subscription) = self.subscriptions.get_mut(id).filter(|subscription| !subscription.has_ended()) else {
            return;
        };
        subscription.status = "canceled";
        subscription.ended_at = Some(now);
        subscription.canceled_at.get_or_insert(now);
        let subscription = subscription.clone();
        self.happened("customer.subscription.deleted", &subscription);
    }

    /// Gives up on a customer who does not pay: the subscription is canceled, or stays and is unpaid.
    pub fn give_up(&mut self, id: &str, keep_unpaid: bool) {
        if keep_unpaid {
            self.change(id, |subscription| subscription.status = "unpaid");
        } else {
            self.end(id);
        }
    }

    /// Ends it with its period, or no longer so.
    pub fn set_cancel_at_period_end(&mut self, id: &str, cancel: bool) {
        let now = self.now();
        self.change(id, |subscription| {
            subscription.cancel_at_period_end = cancel;
            subscription.cancel_at = cancel.then(|| subscription.item().current_period_end);
            subscription.canceled_at = cancel.then_some(now);
        });
    }

    /// Moves a subscription to another price. Its period stays as it is, unless the new price is due at other times:
    /// then a new one begins and is billed at once. With the end of a trial, nothing is billed until then.
    pub fn change_price(
        &mut self,
        id: &str,
        price_id: &str,
        proration: Proration,
        trial_end: Option<i64>,
    ) -> Result<(), Problem> {
        let price = self.price(price_id, "items[0][price]")?.clone();
        let now = self.now();
        let subscription = self.subscription(id)?.clone();
        if price.currency != subscription.currency {
            return Err(Problem::invalid("The price specified is in another currency than the subscription's."));
        }
        let before = subscription.item().clone();
        let starts_anew = before.price.recurring != price.recurring && subscription.status != "trialing";
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            let item = subscription.item_mut();
            item.price = price.clone();
            if let Some(end) = trial_end {
                (item.current_period_start, item.current_period_end) = (now, end);
                (subscription.status, subscription.billing_cycle_anchor) = ("trialing", end);
                (subscription.trial_start, subscription.trial_end) = (Some(now), Some(end));
            } else if starts_anew {
                (item.current_period_start, item.current_period_end) = (now, end_of_period(&price, now, now));
                subscription.billing_cycle_anchor = now;
            }
        }
        let period = self.subscriptions[id].item();
        let period = Period { start: period.current_period_start, end: period.current_period_end };
        let is_paid = if trial_end.is_some() {
            self.bill(id, "subscription_update", vec![Charge::whole(&price, 0, period)])
        } else if starts_anew {
            let settles = proration == Proration::AlwaysInvoice;
            let mut charges: Vec<Charge> = settles.then(|| rest(&before, &before.price, now, -1)).into_iter().collect();
            charges.push(Charge::whole(&price, price.unit_amount, period));
            self.bill(id, "subscription_update", charges)
        } else if proration == Proration::AlwaysInvoice && subscription.status != "trialing" {
            let charges = vec![rest(&before, &before.price, now, -1), rest(&before, &price, now, 1)];
            self.bill(id, "subscription_update", charges)
        } else {
            true
        };
        self.change(id, |subscription| {
            if !is_paid && subscription.status == "active" {
                subscription.status = "past_due";
            }
        });
        Ok(())
    }

    /// Changes a subscription and says so.
    pub fn change(&mut self, id: &str, change: impl FnOnce(&mut Subscription)) {
        let Some(subscription) = self.subscriptions.get_mut(id) else { return };
        change(subscription);
        let subscription = subscription.clone();
        self.happened("customer.subscription.updated", &subscription);
    }
}

/// What a price is for the rest of the item's period: owed (1) or given back (-1).
fn rest(item: &Item, price: &Price, now: i64, sign: i64) -> Charge {
    let (left, whole) = (item.current_period_end - now, item.current_period_end - item.current_period_start);
    let period = Period { start: now, end: item.current_period_end };
    let amount = sign * (price.unit_amount * left / whole.max(1));
    Charge { price: price.clone(), amount, period, is_proration: true }
}

fn end_of_period(price: &Price, anchor: i64, start: i64) -> i64 {
    period_end(anchor, start, &price.recurring.interval, price.recurring.interval_count)
}
