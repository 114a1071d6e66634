//! Puts an organization on a plan without payment.

use crate::context::Context;
use crate::domain::{Entitled, OrganizationId, Trail};
use crate::error::BillingError;
use crate::store;
use crate::use_cases::put_on_plan::put_on_plan;
use crate::use_cases::settle::settle;
use crate::use_cases::take_position::take_position;

pub struct GrantSubscription {
    pub organization_id: OrganizationId,
    pub plan_code: String,
}

/// A subscription after a change.
pub struct Changed {
    /// `None` when it has never had one.
    pub subscription: Option<Entitled>,
    /// At which older tokens end; 0 when nothing was taken away.
    pub position: i64,
}

/// Repeating a grant changes nothing: the organization keeps the subscription that it has, and the
/// plan's credits are given once.
pub async fn grant_subscription(
    context: &Context,
    trail: &Trail,
    command: GrantSubscription,
) -> Result<Changed, BillingError> {
    let now = context.clock.now();
    let organization = command.organization_id;
    let transaction = context.database.begin_write().await?;
    let settled = settle(context, &transaction, organization, now).await?;
    let plan = store::plans::find_on_offer(&transaction, &command.plan_code).await?;
    let plan = plan.ok_or(BillingError::PlanNotFound)?;
    let settled = put_on_plan(context, &transaction, organization, settled, plan, trail, now).await?;
    let position = take_position(&transaction, organization, settled.narrowed, now).await?;
    transaction.commit().await?;
    Ok(Changed { subscription: settled.present.map(|present| present.at(now)), position })
}
