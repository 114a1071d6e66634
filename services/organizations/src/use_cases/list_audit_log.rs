//! Reading what was done.

use access_policy::Permission;
use service_kit::audit::{self, Actor, Cursor, Entry, Filter};
use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::ids::OrganizationId;
use crate::domain::trail::as_members_see;
use crate::error::Error;
use crate::use_cases::enter::{enter, enter_back_office};

/// What page tokens of these lists are good for.
pub fn scope(filter: &Filter) -> String {
    format!("audit log {filter:?}")
}

/// Everything that was done, the newest first.
pub async fn list_audit_log(
    context: &Context,
    caller: &Caller,
    filter: Filter,
    page: PageRequest<Cursor>,
) -> Result<Page<Entry>, Error> {
    enter_back_office(context.database.reader(), caller).await?;
    read_audit_log(context, filter, page).await
}

/// What was done in one organization, the newest first.
pub async fn list_organization_audit_log(
    context: &Context,
    caller: &Caller,
    organization_id: OrganizationId,
    filter: Filter,
    page: PageRequest<Cursor>,
) -> Result<Page<Entry>, Error> {
    let standing = enter(context.database.reader(), caller, organization_id).await?;
    standing.acting()?.require(Permission::AuditRead)?;
    let page = read_audit_log(context, filter, page).await?;
    Ok(Page { entries: page.entries.into_iter().map(as_members_see).collect(), ..page })
}

/// What somebody did, which they may always read.
pub fn actions_of(caller: &Caller) -> Filter {
    Filter { actor: Some(Actor::User(caller.user_id.uuid())), ..Filter::default() }
}

/// The entries of a filter that the caller is known to be allowed.
pub async fn read_audit_log(
    context: &Context,
    filter: Filter,
    page: PageRequest<Cursor>,
) -> Result<Page<Entry>, Error> {
    let entries = audit::list(context.database.reader(), &filter, page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(&scope(&filter), page.size, entries, |entry| Cursor::from(entry)))
}
