//! The credits of what was paid for at Stripe. Being active is no payment: a renewal is, for the hour that its invoice is a
//! draft. Periods of which nobody heard in time are paid for all the same.

use std::collections::{BTreeMap, BTreeSet};

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{
    PaidLine, Period, PlanVersion, ProviderKind, Said, SetAside, Stretch, StripeCustomer, Subscription, counting,
    stretches,
};
use crate::error::BillingError;
use crate::store::stripe::{events, periods, prices};
use crate::store::subscriptions;
use crate::use_cases::give_credits::{Overflow, give};

/// Gives what has not been given yet. The organization's account must be locked.
pub async fn give_what_was_paid_for(
    context: &Context,
    transaction: &WriteTransaction,
    customer: &StripeCustomer,
    said: &Said,
    now: Timestamp,
) -> Result<(), BillingError> {
    let organization = customer.organization_id;
    let plans = plans_of(transaction, said).await?;
    let (mut known, mut lines) = (Vec::new(), Vec::new());
    for (provider_id, paid) in by_subscription(said.paid.iter()) {
        // A second subscription gives nothing: its money is given back.
        let surplus = SetAside::SecondSubscription;
        if events::was_set_aside(transaction, &surplus.id_about(provider_id), surplus).await? {
            continue;
        }
        lines.extend(paid);
        let stripe = ProviderKind::Stripe;
        let found = subscriptions::find_at_provider(transaction, organization, stripe, provider_id).await?;
        known.extend(found.map(|subscription| (provider_id, subscription)));
    }
    let first_trial = subscriptions::first_trial(transaction, organization, customer.is_live).await?;
    let had_trial = known.iter().find(|(_, subscription)| first_trial == Some(subscription.id));
    let counting = counting(&lines, &plans, had_trial.map(|(provider_id, _)| *provider_id));
    let mut counting = by_subscription(counting.into_iter());
    for (provider_id, subscription) in known {
        let own = counting.remove(provider_id).unwrap_or_default();
        let mut given = periods::all_given(transaction, provider_id).await?;
        let mut stretches = stretches(&own, &plans);
        if said.has_older {
            let begins = |start| own.iter().any(|line| line.is_period && line.is_regular && line.start == start);
            forget_older(&mut stretches, &mut given, begins);
        }
        let spare = given.values().sum();
        give_stretches(context, transaction, &subscription, provider_id, stretches, spare, now).await?;
    }
    Ok(())
}

/// The lines of each subscription in their order, by Stripe's id of it.
fn by_subscription<'a>(lines: impl Iterator<Item = &'a PaidLine>) -> BTreeMap<&'a str, Vec<&'a PaidLine>> {
    let mut sorted: BTreeMap<&str, Vec<&PaidLine>> = BTreeMap::new();
    for line in lines {
        sorted.entry(&line.provider_id).or_default().push(line);
    }
    sorted
}

async fn plans_of(transaction: &WriteTransaction, said: &Said) -> Result<BTreeMap<String, PlanVersion>, BillingError> {
    let wanted: BTreeSet<&str> = said.paid.iter().map(|line| line.price.as_str()).collect();
    let mut plans = BTreeMap::new();
    for price in wanted {
        if let Some(plan) = prices::find_plan(transaction, price).await? {
            plans.insert(price.to_owned(), plan);
        }
    }
    Ok(plans)
}

/// Where not everything was read that was ever paid for, what is known begins with the first stretch that has given something:
/// the ones before it, the first of which may be cut, have given theirs when they were the newest. Where nothing is read of
/// what has given something, what is read came after it: the first stretch goes on from the last one that gave, unless it
/// begins with a renewal, and whatever was given counts against no other. `begins` tells of a start whether it is a renewal's.
fn forget_older(
    stretches: &mut Vec<Stretch>,
    given: &mut BTreeMap<Timestamp, i64>,
    begins: impl Fn(Timestamp) -> bool,
) {
    if let Some(first) = stretches.iter().position(|stretch| given.contains_key(&stretch.start)) {
        stretches.drain(..first);
        *given = given.split_off(&stretches[0].start);
        return;
    }
    let Some((&last, &credits)) = given.last_key_value() else { return };
    stretches.retain(|stretch| stretch.start > last);
    match stretches.first_mut() {
        Some(first) if !begins(first.start) => {
            (first.start, first.credits) = (last, first.credits.max(credits));
            *given = given.split_off(&last);
        }
        _ => given.clear(),
    }
}

/// What was given before, `spare`, counts against the oldest stretches, whichever it was given for.
async fn give_stretches(
    context: &Context,
    transaction: &WriteTransaction,
    subscription: &Subscription,
    provider_id: &str,
    stretches: Vec<Stretch>,
    mut spare: i64,
    now: Timestamp,
) -> Result<(), BillingError> {
    for stretch in stretches {
        let covered = spare.min(stretch.credits);
        spare -= covered;
        let due = stretch.credits - covered;
        if due == 0 {
            continue;
        }
        let passed = Subscription {
            plan: stretch.plan,
            period: Period { start: stretch.start, end: None },
            period_credits: periods::given(transaction, provider_id, stretch.start).await?,
            ..subscription.clone()
        };
        let given = give(context, transaction, passed, due, Overflow::IsLeft, now).await?;
        periods::note(transaction, provider_id, given.period.start, given.period_credits).await?;
    }
    Ok(())
}
