//! Invoices: made, paid by the card on file, or left open when it is declined.

use serde_json::json;

use crate::objects::{Invoice, InvoiceParent, Line, List, Period, Price, Subscription, SubscriptionDetails};
use crate::world::World;

/// A line of an invoice to be.
pub struct Charge {
    pub price: Price,
    /// Below 0 for time that was paid for and is not used.
    pub amount: i64,
    pub period: Period,
    /// Whether it settles a change within a period.
    pub is_proration: bool,
}

impl Charge {
    /// The price of a whole period.
    pub fn whole(price: &Price, amount: i64, period: Period) -> Self {
        Self { price: price.clone(), amount, period, is_proration: false }
    }
}

impl World {
    /// Bills a subscription for a period and tries its customer's card once. Whether it is paid is the answer.
    pub fn bill(&mut self, subscription_id: &str, reason: &'static str, charges: Vec<Charge>) -> bool {
        let invoice = self.draft(subscription_id, reason, charges);
        self.collect(&invoice)
    }

    /// Makes an invoice that nobody has tried to collect yet; answers its id.
    pub fn draft(&mut self, subscription_id: &str, reason: &'static str, charges: Vec<Charge>) -> String {
        let subscription = self.subscriptions[subscription_id].clone();
        let total: i64 = charges.iter().map(|charge| charge.amount).sum();
        let amount_due = total.max(0);
        let periods = charges.iter().map(|charge| &charge.period);
        let (period_start, period_end) = (
            periods.clone().map(|period| period.start).min().unwrap_or_default(),
            periods.map(|period| period.end).max().unwrap_or_default(),
        );
        let line_of = |charge: Charge| Line {
            id: self.id("il"),
            object: "line_item",
            amount: charge.amount,
            currency: subscription.currency.clone(),
            parent: json!({
                "type": "subscription_item_details",
                "subscription_item_details": {
                    "proration": charge.is_proration,
                    "subscription": subscription.id,
                    "subscription_item": subscription.item().id,
                },
            }),
            period: charge.period,
            pricing: json!({
                "type": "price_details",
                "price_details": { "price": charge.price.id, "product": charge.price.product },
            }),
        };
        let lines = charges.into_iter().map(line_of).collect();
        let id = self.id("in");
        let invoice = Invoice {
            object: "invoice",
            amount_due,
            amount_paid: 0,
            attempt_count: 0,
            billing_reason: reason,
            created: self.now(),
            currency: subscription.currency.clone(),
            customer: subscription.customer.clone(),
            lines: List::of(lines, format!("/v1/invoices/{id}/lines")),
            livemode: self.livemode,
            parent: InvoiceParent {
                r#type: "subscription_details",
                subscription_details: SubscriptionDetails {
                    subscription: subscription.id.clone(),
                    metadata: subscription.metadata,
                },
            },
            period_end,
            period_start,
            status: "draft",
            total,
            id,
        };
        if let Some(subscription) = self.subscriptions.get_mut(subscription_id) {
            subscription.latest_invoice = Some(invoice.id.clone());
        }
        self.invoices.insert(invoice.id.clone(), invoice.clone());
        self.happened("invoice.created", &invoice);
        invoice.id
    }

    /// Tries the card for a draft. Whether it is paid is the answer.
    fn collect(&mut self, id: &str) -> bool {
        let Some(invoice) = self.invoices.get_mut(id) else { return false };
        let is_paid = invoice.amount_due == 0 || !self.declined.contains(&invoice.customer);
        invoice.attempt_count += 1;
        (invoice.status, invoice.amount_paid) = if is_paid { ("paid", invoice.amount_due) } else { ("open", 0) };
        let invoice = invoice.clone();
        self.happened(if is_paid { "invoice.paid" } else { "invoice.payment_failed" }, &invoice);
        is_paid
    }

    /// Tries the cards for all drafts, and lets subscriptions stand as that makes them.
    pub fn collect_drafts(&mut self) {
        let drafts: Vec<(String, String)> = self
            .invoices
            .values()
            .filter(|invoice| invoice.status == "draft")
            .map(|invoice| (invoice.id.clone(), invoice.parent.subscription_details.subscription.clone()))
            .collect();
        for (invoice, subscription) in drafts {
            let is_paid = self.collect(&invoice);
            self.change(&subscription, |subscription| stand(subscription, is_paid));
        }
    }

    /// Tries the card again for everything that a subscription's customer owes. Whether nothing is owed any more is
    /// the answer.
    pub fn retry_payment(&mut self, subscription_id: &str) -> bool {
        let Some(subscription) = self.subscriptions.get(subscription_id).cloned() else { return false };
        let is_declined = self.declined.contains(&subscription.customer);
        let owed: Vec<String> = self
            .invoices
            .values()
            .filter(|invoice| invoice.status == "open")
            .filter(|invoice| invoice.parent.subscription_details.subscription == subscription_id)
            .map(|invoice| invoice.id.clone())
            .collect();
        for id in &owed {
            let Some(invoice) = self.invoices.get_mut(id) else { continue };
            invoice.attempt_count += 1;
            if !is_declined {
                (invoice.status, invoice.amount_paid) = ("paid", invoice.amount_due);
            }
            let invoice = invoice.clone();
            self.happened(if is_declined { "invoice.payment_failed" } else { "invoice.paid" }, &invoice);
        }
        let has_paid = owed.is_empty() || !is_declined;
        if has_paid && matches!(subscription.status, "past_due" | "unpaid" | "incomplete") {
            self.change(subscription_id, |subscription| subscription.status = "active");
        }
        has_paid
    }
}

/// The invoice with no more than so many lines.
pub fn cut(invoice: &Invoice, lines_shown: usize) -> Invoice {
    let mut invoice = invoice.clone();
    invoice.lines.has_more = invoice.lines.data.len() > lines_shown;
    invoice.lines.data.truncate(lines_shown);
    invoice
}

/// How a subscription stands after the card was tried for a period of it.
pub fn stand(subscription: &mut Subscription, is_paid: bool) {
    subscription.status = match subscription.status {
        "unpaid" | "canceled" => return,
        _ if is_paid => "active",
        _ => "past_due",
    };
}
