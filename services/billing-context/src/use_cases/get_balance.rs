//! Reads an organization's credits, for one of its members or for the operator's own programs.

use access_policy::Permission;
use service_kit::ServerKeySecret;

use crate::context::Context;
use crate::domain::{Account, OrganizationId, Scope, UserId};
use crate::error::BillingError;
use crate::store;
use crate::use_cases::admit_key::admit_key;

/// `None` before anybody did anything with its credits.
pub async fn get_balance(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
) -> Result<Option<Account>, BillingError> {
    context.organizations.authorize(caller, organization, Permission::BillingRead).await?;
    Ok(store::ledger::find_account(context.database.reader(), organization).await?)
}

/// The same by key.
pub async fn get_any_balance(
    context: &Context,
    secret: &ServerKeySecret,
    organization: OrganizationId,
) -> Result<Option<Account>, BillingError> {
    admit_key(context, secret, Scope::BillingRead, organization).await?;
    Ok(store::ledger::find_account(context.database.reader(), organization).await?)
}
