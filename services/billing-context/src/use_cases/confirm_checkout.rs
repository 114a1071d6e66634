//! Takes what was ordered, with the built-in provider.

use access_policy::Permission;
use service_kit::{CallOrigin, SecretToken, Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Caller, Order, ProviderKind, Record, ReturnUrl, SubscriptionRefusal, Trail};
use crate::error::BillingError;
use crate::store::{orders, subscriptions};
use crate::use_cases::end_of_other_mode::end_of_other_mode;
use crate::use_cases::give_credits::{Overflow, give_credits};
use crate::use_cases::grant_subscription::Changed;
use crate::use_cases::settle::{Settled, settle};
use crate::use_cases::take_position::take_position;
use crate::use_cases::tell_widened::tell_widened;
use crate::use_cases::write_change::write_change;
use crate::use_cases::write_record::write_record;

/// The order that a secret opens at the built-in provider's page.
pub async fn find_order(context: &Context, secret: &SecretToken) -> Result<Order, BillingError> {
    context.providers.manual().require_pages()?;
    let order = orders::find_by_secret(context.database.reader(), secret).await?;
    let order = order.filter(|order| order.provider == ProviderKind::Manual);
    // A confirmed one still tells so to whoever comes back to it.
    let is_shown = |order: &Order| order.confirmed.is_some() || context.clock.now() < order.expires;
    order.filter(is_shown).ok_or(BillingError::SecretUnknown)
}

/// What came of it.
pub struct Confirmed {
    pub changed: Changed,
    /// Where the buyer goes now.
    pub success_url: ReturnUrl,
}

/// An organization without a subscription gets one; one that has a subscription moves to the plan, now or when the period
/// is over. Repeating it changes nothing more.
pub async fn confirm_checkout(
    context: &Context,
    secret: &SecretToken,
    origin: CallOrigin,
) -> Result<Confirmed, BillingError> {
    let order = find_order(context, secret).await?;
    let organization = order.organization_id;
    context.organizations.authorize(order.user_id, organization, Permission::BillingManage).await?;
    let trail = Trail::of(&Caller { user_id: order.user_id, session_id: None, origin });

    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let settled = settle(context, &transaction, organization, now).await?;
    let settled = if orders::confirm(&transaction, &order, now).await? {
        take(context, &transaction, &order, settled, &trail, now).await?
    } else if orders::find_by_secret(&transaction, secret).await?.is_some_and(|order| order.confirmed.is_some()) {
        settled
    } else {
        return Err(SubscriptionRefusal::OrderOver.into());
    };
    let position = take_position(&transaction, organization, settled.narrowed, now).await?;
    transaction.commit().await?;
    let changed = Changed { subscription: settled.present.map(|present| present.at(now)), position };
    Ok(Confirmed { changed, success_url: order.success_url })
}

async fn take(
    context: &Context,
    transaction: &WriteTransaction,
    order: &Order,
    settled: Settled,
    trail: &Trail,
    now: Timestamp,
) -> Result<Settled, BillingError> {
    match settled.present {
        Some(present) if present.provider != ProviderKind::Manual => Err(SubscriptionRefusal::AlreadyPays.into()),
        Some(present) => {
            // Whoever buys a plan wants to go on.
            let after = present.clone().reactivate().change(order.plan.clone(), None, now)?;
            let written = write_change(context, transaction, present, after, trail, now).await?;
            Ok(Settled { narrowed: settled.narrowed || written.narrowed, ..written })
        }
        None => {
            // Asked again under the lock: another checkout may have had the trial.
            let is_live = context.providers.is_live();
            let had_trial = subscriptions::had_trial(transaction, order.organization_id, is_live).await?;
            let trial_days = if had_trial { 0 } else { order.trial_days };
            let begun = order.begin(trial_days, now);
            end_of_other_mode(context, transaction, order.organization_id, trail, now).await?;
            let begun = give_credits(context, transaction, begun, Overflow::IsRefused, now).await?;
            subscriptions::insert(transaction, &begun).await?;
            let record = Record::subscription_started(&begun);
            write_record(context, transaction, Some(order.organization_id), trail, record, now).await?;
            tell_widened(transaction, order.organization_id, None, &begun.standing(), now).await?;
            Ok(Settled { present: Some(begun), narrowed: settled.narrowed })
        }
    }
}
