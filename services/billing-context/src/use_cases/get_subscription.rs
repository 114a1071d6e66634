//! Reads an organization's subscription, for one of its members or for the operator's own programs.

use service_kit::ServerKeySecret;

use crate::context::Context;
use crate::domain::{Entitled, OrganizationId, Scope, UserId};
use crate::error::BillingError;
use crate::store;
use crate::use_cases::admit_key::admit_key;

/// `None` when there is none.
pub async fn get_subscription(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
) -> Result<Option<Entitled>, BillingError> {
    context.organizations.let_read_billing(caller, organization).await?;
    present(context, organization).await
}

/// The same by key.
pub async fn get_any_subscription(
    context: &Context,
    secret: &ServerKeySecret,
    organization: OrganizationId,
) -> Result<Option<Entitled>, BillingError> {
    admit_key(context, secret, Scope::BillingRead, organization).await?;
    present(context, organization).await
}

async fn present(context: &Context, organization: OrganizationId) -> Result<Option<Entitled>, BillingError> {
    let present = store::subscriptions::find_present(context.database.reader(), organization).await?;
    Ok(present.map(|subscription| subscription.at(context.clock.now())))
}
