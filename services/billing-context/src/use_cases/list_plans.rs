//! Lists the offer.

use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::Plan;
use crate::error::BillingError;
use crate::store;

/// Display order and code of the last plan seen.
pub type PlanCursor = (i32, String);

pub async fn list_plans(
    context: &Context,
    scope: &str,
    page: PageRequest<PlanCursor>,
) -> Result<Page<Plan>, BillingError> {
    let plans = store::plans::on_offer(context.database.reader(), page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(scope, page.size, plans, |plan| (plan.display_order, plan.code.clone())))
}
