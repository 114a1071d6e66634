//! Lists an organization's ledger, for one of its members or for the operator's own programs.

use access_policy::Permission;
use service_kit::ServerKeySecret;
use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::{Entry, OrganizationId, Scope, UserId};
use crate::error::BillingError;
use crate::store;
use crate::use_cases::admit_key::admit_key;

/// What page tokens of this list are good for.
pub fn transactions_scope(organization: OrganizationId) -> String {
    format!("transactions/{organization}")
}

pub async fn list_transactions(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
    page: PageRequest<i64>,
) -> Result<Page<Entry>, BillingError> {
    context.organizations.authorize(caller, organization, Permission::BillingRead).await?;
    read(context, organization, page).await
}

/// The same by key.
pub async fn list_any_transactions(
    context: &Context,
    secret: &ServerKeySecret,
    organization: OrganizationId,
    page: PageRequest<i64>,
) -> Result<Page<Entry>, BillingError> {
    admit_key(context, secret, Scope::BillingRead, organization).await?;
    read(context, organization, page).await
}

async fn read(
    context: &Context,
    organization: OrganizationId,
    page: PageRequest<i64>,
) -> Result<Page<Entry>, BillingError> {
    let entries = store::ledger::list(context.database.reader(), organization, page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(&transactions_scope(organization), page.size, entries, |entry| entry.number))
}
