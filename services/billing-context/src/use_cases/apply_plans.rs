//! Makes the given plans the whole offer.

use crate::context::Context;
use crate::domain::Plan;
use crate::error::BillingError;
use crate::store;

pub struct ApplyPlans {
    /// Each code once.
    pub plans: Vec<Plan>,
}

/// Answers the offer by display order and code.
pub async fn apply_plans(context: &Context, command: ApplyPlans) -> Result<Vec<Plan>, BillingError> {
    let now = context.clock.now();
    let mut plans = command.plans;
    let codes: Vec<&str> = plans.iter().map(|plan| plan.code.as_str()).collect();

    let transaction = context.database.begin_write().await?;
    store::plans::lock_offer(&transaction).await?;
    store::plans::withdraw_all_but(&transaction, &codes, now).await?;
    for plan in &plans {
        store::plans::put_on_offer(&transaction, plan, now).await?;
    }
    transaction.commit().await?;

    plans.sort_by(|one, other| (one.display_order, &one.code).cmp(&(other.display_order, &other.code)));
    Ok(plans)
}
