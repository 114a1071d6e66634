//! Reads an organization's subscription, for one of its members or for the operator's own programs.

use service_kit::ServerKeySecret;

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{Entitled, OrganizationId, Scope, UserId};
use crate::error::BillingError;
use crate::store;
use crate::use_cases::admit_key::admit_key;

/// The running one, or else the last one; `None` when there was none.
pub async fn get_subscription(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
) -> Result<Option<Entitled>, BillingError> {
    context.organizations.authorize(caller, organization, Permission::BillingRead).await?;
    latest(context, organization).await
}

/// The same by key.
pub async fn get_any_subscription(
    context: &Context,
    secret: &ServerKeySecret,
    organization: OrganizationId,
) -> Result<Option<Entitled>, BillingError> {
    admit_key(context, secret, Scope::BillingRead, organization).await?;
    latest(context, organization).await
}

async fn latest(context: &Context, organization: OrganizationId) -> Result<Option<Entitled>, BillingError> {
    let latest =
        store::subscriptions::find_latest(context.database.reader(), organization, context.providers.is_live()).await?;
    Ok(latest.map(|subscription| subscription.at(context.clock.now())))
}
