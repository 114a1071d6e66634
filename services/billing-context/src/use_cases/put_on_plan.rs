//! Putting an organization on a plan with the built-in provider, as a step of a transaction.

use service_kit::{Id, Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{OrganizationId, PlanVersion, ProviderKind, Record, Subscription, SubscriptionRefusal, Trail};
use crate::error::BillingError;
use crate::store::subscriptions;
use crate::use_cases::end_of_other_mode::end_of_other_mode;
use crate::use_cases::give_credits::{Overflow, give_credits};
use crate::use_cases::settle::Settled;
use crate::use_cases::tell_widened::tell_widened;
use crate::use_cases::write_record::write_record;

/// A new subscription in place of the one that it has; nothing is changed when it is on these terms already. Refused while
/// the organization pays another provider.
pub async fn put_on_plan(
    context: &Context,
    transaction: &WriteTransaction,
    organization: OrganizationId,
    settled: Settled,
    plan: PlanVersion,
    trail: &Trail,
    now: Timestamp,
) -> Result<Settled, BillingError> {
    let Settled { present, mut narrowed } = settled;
    let before = match present {
        Some(present) if present.provider != ProviderKind::Manual => {
            return Err(SubscriptionRefusal::PaidElsewhere.into());
        }
        Some(present) if present.is_simply_on(&plan) => return Ok(Settled { present: Some(present), narrowed }),
        before => before,
    };
    let had_trial = subscriptions::had_trial(transaction, organization, context.providers.is_live()).await?;
    let trial_days = if had_trial { 0 } else { plan.terms.trial_days };
    let id = Id::generate(&context.entropy, now);
    let subscription = Subscription::granted(id, organization, plan, trial_days, now);
    let stood = before.as_ref().map(Subscription::standing);
    if let Some(before) = before {
        narrowed |= before.standing().is_more_than(Some(&subscription.standing()));
        let ended = before.ended_at(now);
        subscriptions::update(transaction, &ended).await?;
        let record = Record::subscription_ended(&ended);
        write_record(context, transaction, Some(organization), trail, record, now).await?;
    }
    end_of_other_mode(context, transaction, organization, trail, now).await?;
    let subscription = give_credits(context, transaction, subscription, Overflow::IsRefused, now).await?;
    subscriptions::insert(transaction, &subscription).await?;
    let record = Record::subscription_started(&subscription);
    write_record(context, transaction, Some(organization), trail, record, now).await?;
    tell_widened(transaction, organization, stood.as_ref(), &subscription.standing(), now).await?;
    Ok(Settled { present: Some(subscription), narrowed })
}
