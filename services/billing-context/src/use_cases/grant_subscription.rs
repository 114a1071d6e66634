//! Puts an organization on a plan without payment.

use serde_json::json;
use service_kit::Id;
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Entitled, OrganizationId, Plan, Posting, Reason, Subscription};
use crate::error::BillingError;
use crate::store;
use crate::use_cases::post::post;

pub struct GrantSubscription {
    pub organization_id: OrganizationId,
    pub plan_code: String,
}

pub struct Granted {
    pub subscription: Entitled,
    /// At which older tokens end; 0 when nothing was taken away.
    pub position: i64,
}

/// Repeating a grant changes nothing: the organization keeps the subscription that it has, and the
/// plan's credits are given once.
pub async fn grant_subscription(context: &Context, command: GrantSubscription) -> Result<Granted, BillingError> {
    let now = context.clock.now();
    let organization = command.organization_id;
    let transaction = context.database.begin_write().await?;
    // Taken first: every grant to an organization waits here for the one before it.
    store::ledger::lock_account(&transaction, organization).await?;
    let plan = store::plans::find_on_offer(&transaction, &command.plan_code).await?;
    let plan = plan.ok_or(BillingError::PlanNotFound)?;

    let present = store::subscriptions::find_present(&transaction, organization).await?;
    if let Some(same) = present.as_ref().filter(|present| present.plan == plan) {
        return Ok(Granted { subscription: same.clone().at(now), position: 0 });
    }
    let takes_away = present.is_some_and(|present| present.plan.is_more_than(&plan));
    let subscription = Subscription::granted(Id::generate(&context.entropy, now), organization, plan, now);
    store::subscriptions::replace_present(&transaction, &subscription, now).await?;
    if let Some(credits) = credits_of(&subscription.plan, &subscription) {
        post(context, &transaction, credits, now).await.map_err(name_plan)?;
    }
    let mut position = 0;
    if takes_away {
        let subject = json!({ "organization_id": organization.uuid() });
        position = store::positions::advance(&transaction, "entitlement", subject, now).await?;
    }
    transaction.commit().await?;
    Ok(Granted { subscription: subscription.at(now), position })
}

/// Whoever grants a plan names no amount.
fn name_plan(error: BillingError) -> BillingError {
    match error {
        BillingError::BalanceTooLarge(problem) => BillingError::PlanCreditsTooLarge(problem),
        other => other,
    }
}

/// The credits that come with the plan, under a request id that only this subscription gives.
fn credits_of(plan: &Plan, subscription: &Subscription) -> Option<Posting> {
    (plan.credits_amount > 0).then(|| Posting {
        organization_id: subscription.organization_id,
        amount_delta: plan.credits_amount,
        reason: Reason::PlanGrant,
        note: Some(plan.name.clone()),
        request_uuid: Uuid::new_v5(&subscription.id.uuid(), b"plan_grant"),
    })
}
