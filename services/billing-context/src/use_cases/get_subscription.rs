//! Reads an organization's subscription for one of its members.

use crate::context::Context;
use crate::domain::{Entitled, OrganizationId, UserId};
use crate::error::BillingError;
use crate::store;

/// `None` when there is none.
pub async fn get_subscription(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
) -> Result<Option<Entitled>, BillingError> {
    context.organizations.let_read_billing(caller, organization).await?;
    let present = store::subscriptions::find_present(context.database.reader(), organization).await?;
    Ok(present.map(|subscription| subscription.at(context.clock.now())))
}
