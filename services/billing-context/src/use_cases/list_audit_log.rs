//! Reading what was done.

use access_policy::Permission;
use service_kit::audit::{self, Actor, Cursor, Entry, Filter};
use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::{OrganizationId, UserId, as_members_see};
use crate::error::BillingError;

/// What page tokens of these lists are good for.
pub fn audit_scope(filter: &Filter) -> String {
    format!("audit log {filter:?}")
}

/// Everything that was done, the newest first.
pub async fn list_audit_log(
    context: &Context,
    caller: UserId,
    filter: Filter,
    page: PageRequest<Cursor>,
) -> Result<Page<Entry>, BillingError> {
    context.organizations.authorize_back_office(caller).await?;
    read_audit_log(context, filter, page).await
}

/// What was done in one organization, the newest first.
pub async fn list_organization_audit_log(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
    filter: Filter,
    page: PageRequest<Cursor>,
) -> Result<Page<Entry>, BillingError> {
    context.organizations.authorize(caller, organization, Permission::AuditRead).await?;
    let page = read_audit_log(context, filter, page).await?;
    Ok(Page { entries: page.entries.into_iter().map(as_members_see).collect(), ..page })
}

/// What somebody did, which they may always read.
pub fn actions_of(user: UserId) -> Filter {
    Filter { actor: Some(Actor::User(user.uuid())), ..Filter::default() }
}

/// The entries of a filter that the caller is known to be allowed.
pub async fn read_audit_log(
    context: &Context,
    filter: Filter,
    page: PageRequest<Cursor>,
) -> Result<Page<Entry>, BillingError> {
    let entries = audit::list(context.database.reader(), &filter, page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(&audit_scope(&filter), page.size, entries, |entry| Cursor::from(entry)))
}
