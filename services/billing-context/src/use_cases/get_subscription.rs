//! Reads an organization's subscription for one of its members.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{Entitled, OrganizationId, UserId};
use crate::error::BillingError;
use crate::store;

/// The running one, or else the last one; `None` when there was none.
pub async fn get_subscription(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
) -> Result<Option<Entitled>, BillingError> {
    context.organizations.authorize(caller, organization, Permission::BillingRead).await?;
    let latest = store::subscriptions::find_latest(context.database.reader(), organization).await?;
    Ok(latest.map(|latest| latest.at(context.clock.now())))
}
