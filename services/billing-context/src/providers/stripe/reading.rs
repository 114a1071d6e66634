//! Reading how things stand at Stripe.

use std::collections::BTreeSet;
use std::time::Duration;

use service_kit::Timestamp;
use tokio::time::timeout;

use crate::domain::{PaidLine, Period, Said, SaidSubscription, Status, StripeCustomer};
use crate::providers::stripe::Stripe;
use crate::providers::stripe::answers::{Invoice, Line, Subscription};
use crate::providers::stripe::client::StripeError;
use crate::store::stripe::events;
use crate::store::subscriptions;

/// What was paid for, by price, until that second, when our own change has put the next period on another price. Kept on
/// the subscription, so that Stripe tells it together with the price.
pub(super) const PAID_PRICE: &str = "metadata[guildhall_paid_price]";
pub(super) const PAID_UNTIL: &str = "metadata[guildhall_paid_until]";
pub(super) const NEXT_PRICE: &str = "metadata[guildhall_next_price]";
/// The end of a trial that is none: it keeps Stripe from billing before the period's end.
pub(super) const PUT_OFF_UNTIL: &str = "metadata[guildhall_put_off_until]";

/// A reading that takes longer fails and is made again later. So it ends well before whoever waits for it gives up, the relay
/// among them, and no two readings of one customer pile up; nearly all are two calls, and the longest has nearly half a
/// second for each of its calls.
const READ_WITHIN: Duration = Duration::from_secs(20);
/// Of more subscriptions of one customer the newest are read, about so many, and whatever runs of the older ones.
const MOST_SUBSCRIPTIONS: usize = 300;
/// Of more subscriptions that run at once in one of these ways nobody's are. Without a status Stripe would list those too whose
/// first payment never came, of which there may be any number.
const MOST_RUNNING: usize = 100;
const RUNNING: [&str; 4] = ["active", "trialing", "past_due", "unpaid"];
/// Of more that wait for the operator since they ended here, and are none of those, these are read.
const MOST_LEFT_RUNNING: u64 = 5;
/// Of more invoices of one customer the newest are read, about so many.
const MOST_INVOICES: usize = 1000;
/// Pages of lines that are read beside the lines which are shown with the invoices. All in all a reading makes 43 calls at most.
const MOST_PAGES_OF_LINES: usize = 20;

impl Stripe {
    /// Everything of a customer that counts here, within bounds that no customer of a single product comes near to: what is
    /// older than what is read was given when it was the newest, and subscriptions that run are read however old they are.
    /// `Unavailable` when that takes longer than 20 seconds.
    pub async fn read(&self, customer: &StripeCustomer) -> Result<Said, StripeError> {
        let seconds = READ_WITHIN.as_secs();
        let late = || StripeError::Unavailable(format!("a customer could not be read within {seconds} seconds"));
        timeout(READ_WITHIN, self.read_all(customer)).await.unwrap_or_else(|_| Err(late()))
    }

    async fn read_all(&self, customer: &StripeCustomer) -> Result<Said, StripeError> {
        let subscriptions = self.subscriptions_of(customer).await?;
        let query = [of_customer(customer), ("status", "paid".to_owned())];
        let listed = self.client.list("/v1/invoices", &query, MOST_INVOICES, |it: &Invoice| &it.id).await?;
        let (mut invoices, mut has_older) = (listed.all, listed.has_more);
        has_older |= self.complete_lines(customer, &mut invoices).await?;
        // Listed newest first; those of one second stay in the list's order.
        invoices.reverse();
        invoices.sort_by_key(|invoice| invoice.created);
        Ok(Said {
            subscriptions: subscriptions.iter().filter_map(said).collect(),
            paid: invoices.iter().enumerate().flat_map(paid).collect(),
            has_older,
        })
    }

    async fn subscriptions_of(&self, customer: &StripeCustomer) -> Result<Vec<Subscription>, StripeError> {
        let id = |it: &Subscription| it.id.clone();
        let path = "/v1/subscriptions";
        let query = [of_customer(customer), ("status", "all".to_owned())];
        let listed = self.client.list(path, &query, MOST_SUBSCRIPTIONS, |it: &Subscription| &it.id).await?;
        let mut subscriptions = listed.all;
        if !listed.has_more {
            return Ok(subscriptions);
        }
        let mut met: BTreeSet<String> = subscriptions.iter().map(id).collect();
        for status in RUNNING {
            let query = [of_customer(customer), ("status", status.to_owned())];
            let running = self.client.list(path, &query, MOST_RUNNING, |it: &Subscription| &it.id).await?;
            subscriptions.extend(running.all.into_iter().filter(|running| met.insert(id(running))));
        }
        // What runs here may have been canceled there, and what was left running too.
        let mut to_be_seen = self.running_here(customer).await?;
        to_be_seen.extend(self.left_running(customer).await?);
        for known in to_be_seen {
            if met.insert(known.clone()) {
                match self.client.get::<Subscription>(&format!("{path}/{known}"), &[]).await {
                    Err(error) if error.is_missing() => {}
                    subscription => subscriptions.push(subscription?),
                }
            }
        }
        Ok(subscriptions)
    }

    /// Stripe's ids of what runs here in this mode; it is one at most.
    async fn running_here(&self, customer: &StripeCustomer) -> Result<Vec<String>, StripeError> {
        let reader = self.database.reader();
        let present = subscriptions::find_all_present(reader, customer.organization_id).await;
        let present = present.map_err(|error| StripeError::Unavailable(error.to_string()))?;
        let of_this_mode = present.into_iter().filter(|present| present.is_live == Some(self.is_live));
        Ok(of_this_mode.filter_map(|present| present.provider_id).collect())
    }

    /// Stripe's ids of what ended here without it, and may have ended there meanwhile.
    async fn left_running(&self, customer: &StripeCustomer) -> Result<Vec<String>, StripeError> {
        let left = events::left_running(self.database.reader(), customer, MOST_LEFT_RUNNING).await;
        left.map_err(|error| StripeError::Unavailable(error.to_string()))
    }

    /// Reads the lines that are not shown with their invoices, newest first. From the first invoice on whose lines cannot all be
    /// read the invoices are left out; whether there is such a one.
    async fn complete_lines(
        &self,
        customer: &StripeCustomer,
        invoices: &mut Vec<Invoice>,
    ) -> Result<bool, StripeError> {
        let mut pages_left = MOST_PAGES_OF_LINES;
        let mut readable = 0;
        for invoice in invoices.iter_mut() {
            if invoice.lines.has_more {
                let path = format!("/v1/invoices/{}/lines", invoice.id);
                let listed = self.client.list_pages(&path, &[], pages_left, |it: &Line| &it.id).await?;
                if listed.has_more {
                    break;
                }
                pages_left -= listed.pages;
                invoice.lines.data = listed.all;
            }
            readable += 1;
        }
        let is_cut = readable < invoices.len();
        if is_cut && readable == 0 {
            // Stripe itself takes fewer lines into an invoice.
            let customer = &customer.customer_id;
            tracing::error!(customer, "the newest invoice has more lines than are read, so it gives no credits");
        }
        invoices.truncate(readable);
        Ok(is_cut)
    }
}

fn of_customer(customer: &StripeCustomer) -> (&'static str, String) {
    ("customer", customer.customer_id.clone())
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
            is_regular,
            start: instant(line.period.start),
            end: instant(line.period.end),
        })
    };
    invoice.lines.data.iter().filter_map(line_of).collect()
}

const fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}
