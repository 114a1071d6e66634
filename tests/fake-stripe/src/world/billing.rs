//! Invoices: made, paid by the card on file, or left open when it is declined.

use serde_json::json;

use crate::objects::{Invoice, InvoiceParent, Line, List, Period, SubscriptionDetails};
use crate::world::World;

impl World {
    /// Bills a subscription for a period and tries its customer's card once. Whether it is paid is the answer.
    pub fn bill(&mut self, subscription_id: &str, reason: &'static str, amount: i64, period: Period) -> bool {
        let subscription = self.subscriptions[subscription_id].clone();
        let is_paid = amount == 0 || !self.declined.contains(&subscription.customer);
        let price = &subscription.item().price;
        let is_proration = period.start != subscription.item().current_period_start;
        let line = Line {
            id: self.id("il"),
            object: "line_item",
            amount,
            currency: subscription.currency.clone(),
            parent: json!({
                "type": "subscription_item_details",
                "subscription_item_details": {
                    "proration": is_proration,
                    "subscription": subscription.id,
                    "subscription_item": subscription.item().id,
                },
            }),
            period,
            pricing: json!({ "type": "price_details", "price_details": { "price": price.id, "product": price.product } }),
        };
        let id = self.id("in");
        let invoice = Invoice {
            object: "invoice",
            amount_due: amount,
            amount_paid: if is_paid { amount } else { 0 },
            attempt_count: 1,
            billing_reason: reason,
            created: self.now(),
            currency: subscription.currency.clone(),
            customer: subscription.customer.clone(),
            lines: List::of(vec![line], format!("/v1/invoices/{id}/lines")),
            livemode: self.livemode,
            parent: InvoiceParent {
                r#type: "subscription_details",
                subscription_details: SubscriptionDetails {
                    subscription: subscription.id.clone(),
                    metadata: subscription.metadata,
                },
            },
            period_end: period.end,
            period_start: period.start,
            status: if is_paid { "paid" } else { "open" },
            total: amount,
            id,
        };
        if let Some(subscription) = self.subscriptions.get_mut(subscription_id) {
            subscription.latest_invoice = Some(invoice.id.clone());
        }
        self.invoices.insert(invoice.id.clone(), invoice.clone());
        self.happened("invoice.created", &invoice);
        self.happened(if is_paid { "invoice.paid" } else { "invoice.payment_failed" }, &invoice);
        is_paid
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
