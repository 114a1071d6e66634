//! Lists an organization's ledger for one of its members.

use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::{Entry, OrganizationId, UserId};
use crate::error::BillingError;
use crate::store;
use access_policy::Permission;

pub async fn list_transactions(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
    scope: &str,
    page: PageRequest<i64>,
) -> Result<Page<Entry>, BillingError> {
    context.organizations.authorize(caller, organization, Permission::BillingRead).await?;
    let entries = store::ledger::list(context.database.reader(), organization, page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(scope, page.size, entries, |entry| entry.number))
}
