//! The credits that come with a plan.

use service_kit::{Timestamp, WriteTransaction};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Posting, Reason, Subscription};
use crate::error::BillingError;
use crate::use_cases::post::post;

/// What becomes of credits that the balance has no room for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// Whoever asked for the plan is refused.
    IsRefused,
    /// They are left: a period passes whether or not they fit.
    IsLeft,
}

/// Enters what the running period still has to give; answers the subscription that has given it, which the caller writes.
/// The organization's account must be locked.
pub async fn give_credits(
    context: &Context,
    transaction: &WriteTransaction,
    subscription: Subscription,
    overflow: Overflow,
    now: Timestamp,
) -> Result<Subscription, BillingError> {
    let amount = subscription.credits_due();
    give(context, transaction, subscription, amount, overflow, now).await
}

/// The same with an amount that somebody else has worked out.
pub async fn give(
    context: &Context,
    transaction: &WriteTransaction,
    subscription: Subscription,
    amount: i64,
    overflow: Overflow,
    now: Timestamp,
) -> Result<Subscription, BillingError> {
    if amount == 0 {
        return Ok(subscription);
    }
    let given = Subscription { period_credits: subscription.period_credits + amount, ..subscription };
    let posting = Posting {
        organization_id: given.organization_id,
        amount_delta: amount,
        reason: Reason::PlanGrant,
        note: Some(given.plan.terms.name.clone()),
        request_uuid: request_id(context, &given),
    };
    match post(context, transaction, posting, now).await {
        Ok(_) => Ok(given),
        Err(BillingError::BalanceTooLarge(_)) if overflow == Overflow::IsLeft => {
            tracing::warn!(organization = %given.organization_id, amount, "a plan's credits do not fit into the balance");
            Ok(given)
        }
        Err(BillingError::BalanceTooLarge(problem)) => Err(BillingError::PlanCreditsTooLarge(problem)),
        Err(error) => Err(error),
    }
}

/// Only this period of this subscription, having given so much, gives this id: so it is given once. It takes a key, so that
/// nobody can enter something else under it beforehand.
fn request_id(context: &Context, given: &Subscription) -> Uuid {
    let (id, start) = (given.id.uuid(), given.period.start.millis().to_be_bytes());
    let name = context.grant_ids.authenticate(&[id.as_bytes(), &start, &given.period_credits.to_be_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&name[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
