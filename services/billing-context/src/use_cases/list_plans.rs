//! Lists the offer.

use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::{Caller, PlanVersion};
use crate::error::BillingError;
use crate::store;

/// Display order and code of the last plan seen.
pub type PlanCursor = (i32, String);

pub async fn list_plans(
    context: &Context,
    scope: &str,
    page: PageRequest<PlanCursor>,
) -> Result<Page<PlanVersion>, BillingError> {
    let plans = store::plans::on_offer(context.database.reader(), page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(scope, page.size, plans, |plan| (plan.terms.display_order, plan.terms.code.clone())))
}

/// The same for somebody of the back office.
pub async fn list_offered_plans(
    context: &Context,
    caller: &Caller,
    scope: &str,
    page: PageRequest<PlanCursor>,
) -> Result<Page<PlanVersion>, BillingError> {
    context.organizations.authorize_back_office(caller.user_id).await?;
    list_plans(context, scope, page).await
}
