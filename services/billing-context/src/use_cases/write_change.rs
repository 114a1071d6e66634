//! Writing what became of a running subscription.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Record, Subscription, Trail};
use crate::error::BillingError;
use crate::store::subscriptions;
use crate::use_cases::give_credits::{Overflow, give_credits};
use crate::use_cases::settle::Settled;
use crate::use_cases::tell_widened::tell_widened;
use crate::use_cases::write_record::write_record;

/// Writes the next state with the credits that it gives and what the audit log says of it. Nothing happens when it is the
/// same state. The organization's account must be locked, and `before` as it stands there.
pub async fn write_change(
    context: &Context,
    transaction: &WriteTransaction,
    before: Subscription,
    after: Subscription,
    trail: &Trail,
    now: Timestamp,
) -> Result<Settled, BillingError> {
    if before == after {
        return Ok(Settled { present: Some(before), narrowed: false });
    }
    let narrowed = before.standing().is_more_than(Some(&after.standing()));
    let after = give_credits(context, transaction, after, Overflow::IsRefused, now).await?;
    subscriptions::update(transaction, &after).await?;
    let record = record_of(&before, &after);
    write_record(context, transaction, Some(after.organization_id), trail, record, now).await?;
    tell_widened(transaction, after.organization_id, Some(&before.standing()), &after.standing(), now).await?;
    Ok(Settled { present: Some(after).filter(|after| after.ended.is_none()), narrowed })
}

/// What the audit log says of it.
pub fn record_of(before: &Subscription, after: &Subscription) -> Record {
    if after.ended.is_some() {
        return Record::subscription_ended(after);
    }
    match (before.cancel_at_period_end, after.cancel_at_period_end) {
        (false, true) => return Record::subscription_cancellation_planned(after),
        (true, false) => return Record::subscription_reactivated(after),
        _ => {}
    }
    if before.status == after.status {
        Record::subscription_changed(before, after)
    } else {
        Record::subscription_standing_changed(after)
    }
}
