//! What every change of an organization's billing begins with: its account locked, and what is due done.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{OrganizationId, Record, Subscription, Trail};
use crate::error::BillingError;
use crate::store::{closed_organizations, ledger, subscriptions};
use crate::use_cases::give_credits::{Overflow, give_credits};
use crate::use_cases::write_record::write_record;

/// An organization whose account is locked until the transaction ends, with nothing left that is due.
pub struct Settled {
    /// The running subscription.
    pub present: Option<Subscription>,
    /// Whether something was taken away that tokens speak of; then the transaction takes a position.
    pub narrowed: bool,
}

/// Refused for an organization that is no more: nothing is billed to it. Periods that were missed are made up for, each with
/// its credits.
pub async fn settle(
    context: &Context,
    transaction: &WriteTransaction,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Settled, BillingError> {
    // Taken first: whatever changes the organization's billing waits here for the one before it.
    ledger::lock_account(transaction, organization).await?;
    if closed_organizations::is_closed(transaction, organization).await? {
        return Err(BillingError::OrganizationNotFound);
    }
    let Some(mut present) = subscriptions::find_present(transaction, organization, context.providers.is_live()).await?
    else {
        return Ok(Settled { present: None, narrowed: false });
    };
    let (was_due, mut narrowed) = (present.is_due(now), false);
    while present.is_due(now) {
        let next = present.clone().turned(now);
        narrowed |= present.standing().is_more_than(Some(&next.standing()));
        tell(context, transaction, &present, &next, now).await?;
        present = give_credits(context, transaction, next, Overflow::IsLeft, now).await?;
    }
    if was_due {
        subscriptions::update(transaction, &present).await?;
    }
    Ok(Settled { present: Some(present).filter(|present| present.ended.is_none()), narrowed })
}

async fn tell(
    context: &Context,
    transaction: &WriteTransaction,
    before: &Subscription,
    after: &Subscription,
    now: Timestamp,
) -> Result<(), BillingError> {
    let record = if after.ended.is_some() {
        Record::subscription_ended(after)
    } else if after.plan != before.plan {
        Record::subscription_changed(before, after)
    } else {
        return Ok(());
    };
    write_record(context, transaction, Some(after.organization_id), &Trail::product(), record, now).await?;
    Ok(())
}
