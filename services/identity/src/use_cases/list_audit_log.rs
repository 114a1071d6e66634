//! Reads what was done.

use service_kit::audit::{self, Cursor, Entry, Filter};
use service_kit::pages::{Page, PageRequest};
use token_verification::Caller;

use super::enter_back_office::enter_back_office;
use crate::context::Context;
use crate::error::IdentityError;

/// What page tokens of this list are good for.
pub fn scope(filter: &Filter) -> String {
    format!("audit log {filter:?}")
}

/// A page of the audit log, the newest first.
pub async fn list_audit_log(
    context: &Context,
    caller: &Caller,
    filter: Filter,
    page: PageRequest<Cursor>,
) -> Result<Page<Entry>, IdentityError> {
    enter_back_office(context, caller).await?;
    let entries = audit::list(context.database.reader(), &filter, page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(&scope(&filter), page.size, entries, |entry| Cursor::from(entry)))
}
