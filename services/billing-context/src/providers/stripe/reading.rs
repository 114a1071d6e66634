//! Reading how things stand at Stripe.

use service_kit::Timestamp;

use crate::domain::{PaidLine, Period, Said, SaidSubscription, Status, StripeCustomer};
use crate::providers::stripe::Stripe;
use crate::providers::stripe::answers::{Invoice, Line, Subscription};
use crate::providers::stripe::client::StripeError;

/// What was paid for, by price, until that second, when our own change has put the next period on another price. Kept on
/// the subscription, so that Stripe tells it together with the price.
pub(super) const PAID_PRICE: &str = "metadata[guildhall_paid_price]";
pub(super) const PAID_UNTIL: &str = "metadata[guildhall_paid_until]";
pub(super) const NEXT_PRICE: &str = "metadata[guildhall_next_price]";
/// The end of a trial that is none: it keeps Stripe from billing before the period's end.
pub(super) const PUT_OFF_UNTIL: &str = "metadata[guildhall_put_off_until]";

/// Of more subscriptions or invoices of one customer the newest are read, about so many.
const MOST: usize = 1000;
/// Of so many invoices at most more lines are read than are shown with them: each takes calls of its own.
const MOST_LONG: usize = 100;

impl Stripe {
    /// Everything of a customer that counts here.
    pub async fn read(&self, customer: &StripeCustomer) -> Result<Said, StripeError> {
        let of_customer = ("customer", customer.customer_id.clone());
        let query = [of_customer.clone(), ("status", "all".to_owned())];
        let subscriptions = self.client.list("/v1/subscriptions", &query, MOST, |it: &Subscription| &it.id).await?.all;
        let query = [of_customer, ("status", "paid".to_owned())];
        let listed = self.client.list("/v1/invoices", &query, MOST, |it: &Invoice| &it.id).await?;
        let (mut invoices, mut has_older) = (listed.all, listed.has_more);
        // The newest whose lines can all be read; what is older was given when it was the newest.
        let is_long = |(_, invoice): &(usize, &Invoice)| invoice.lines.has_more;
        let too_long = invoices.iter().enumerate().filter(is_long).nth(MOST_LONG).map(|(at, _)| at);
        if let Some(at) = too_long {
            invoices.truncate(at);
            has_older = true;
        }
        for invoice in invoices.iter_mut().filter(|invoice| invoice.lines.has_more) {
            let path = format!("/v1/invoices/{}/lines", invoice.id);
            invoice.lines.data = self.client.list(&path, &[], MOST, |it: &Line| &it.id).await?.all;
        }
        // Listed newest first; those of one second stay in the list's order.
        invoices.reverse();
        invoices.sort_by_key(|invoice| invoice.created);
        Ok(Said {
            subscriptions: subscriptions.iter().filter_map(said).collect(),
            paid: invoices.iter().enumerate().flat_map(paid).collect(),
            has_older,
        })
    }
}

/// Whether it is over for good.
pub(super) fn has_ended(subscription: &Subscription) -> bool {
    matches!(subscription.status.as_str(), "canceled" | "incomplete_expired")
}

/// What the running period was paid for, when the next is on another price by our own doing and nobody has changed the
/// price since.
pub(super) fn paid_price(subscription: &Subscription) -> Option<&str> {
    let item = subscription.items.data.first()?;
    let until: i64 = noted(subscription, PAID_UNTIL)?.parse().ok()?;
    let is_running = until == item.current_period_end && noted(subscription, NEXT_PRICE)? == item.price.id;
    noted(subscription, PAID_PRICE).filter(|_| is_running)
}

/// What we wrote beside the subscription under this name.
fn noted<'it>(subscription: &'it Subscription, name: &str) -> Option<&'it str> {
    let key = name.strip_prefix("metadata[")?.strip_suffix(']')?;
    subscription.metadata.get(key).map(String::as_str).filter(|text| !text.is_empty())
}

/// `None` for a subscription without an item, which is none that we made.
fn said(subscription: &Subscription) -> Option<SaidSubscription> {
    let item = subscription.items.data.first()?;
    let put_off: Option<i64> = noted(subscription, PUT_OFF_UNTIL).and_then(|until| until.parse().ok());
    let is_put_off = put_off.is_some() && put_off == subscription.trial_end;
    let ended = has_ended(subscription).then(|| subscription.ended_at.unwrap_or(item.current_period_end));
    let ends_with_period = subscription.cancel_at.is_some_and(|at| at <= item.current_period_end);
    Some(SaidSubscription {
        provider_id: subscription.id.clone(),
        status: match subscription.status.as_str() {
            "trialing" if is_put_off => Status::Active,
            "trialing" => Status::Trialing,
            "active" => Status::Active,
            "past_due" => Status::PastDue,
            "canceled" | "incomplete_expired" => Status::Canceled,
            "incomplete" => Status::Incomplete,
            // Whatever it is, nobody says that it is paid.
            _ => Status::Unpaid,
        },
        price: item.price.id.clone(),
        paid_price: paid_price(subscription).map(str::to_owned),
        trial_ends: subscription.trial_end.filter(|_| !is_put_off).map(instant),
        anchor: instant(subscription.billing_cycle_anchor),
        period: Period { start: instant(item.current_period_start), end: Some(instant(item.current_period_end)) },
        cancel_at_period_end: subscription.cancel_at_period_end || ends_with_period,
        created: instant(subscription.created),
        ended: ended.map(instant),
    })
}

/// The lines of an invoice that was paid. One that costs nothing, in an invoice about a change, only puts billing off.
fn paid((number, invoice): (usize, &Invoice)) -> Vec<PaidLine> {
    let details = invoice.parent.as_ref().and_then(|parent| parent.subscription_details.as_ref());
    let Some(details) = details else { return Vec::new() };
    let is_regular = matches!(invoice.billing_reason.as_deref(), Some("subscription_create" | "subscription_cycle"));
    let line_of = |line: &Line| {
        let item = line.parent.as_ref().and_then(|parent| parent.subscription_item_details.as_ref());
        let is_proration = item.is_some_and(|item| item.proration);
        let price = line.pricing.as_ref()?.price_details.as_ref()?.price.clone();
        (is_regular || line.amount != 0).then(|| PaidLine {
            provider_id: details.subscription.clone(),
            price,
            amount: line.amount,
            invoice: number,
            is_period: !is_proration,
            start: instant(line.period.start),
            end: instant(line.period.end),
        })
    };
    invoice.lines.data.iter().filter_map(line_of).collect()
}

const fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}
