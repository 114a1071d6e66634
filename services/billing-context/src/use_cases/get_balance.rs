//! Reads an organization's credits for one of its members.

use crate::context::Context;
use crate::domain::{OrganizationId, UserId};
use crate::error::BillingError;
use crate::store;
use access_policy::Permission;

pub async fn get_balance(context: &Context, caller: UserId, organization: OrganizationId) -> Result<i64, BillingError> {
    context.organizations.authorize(caller, organization, Permission::BillingRead).await?;
    Ok(store::ledger::balance(context.database.reader(), organization).await?)
}
