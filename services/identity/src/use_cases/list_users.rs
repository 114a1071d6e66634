//! Looks through the accounts.

use service_kit::pages::{Page, PageRequest};
use token_verification::Caller;
use uuid::Uuid;

use super::enter_back_office::enter_back_office;
use crate::context::Context;
use crate::domain::user::{User, UserId};
use crate::domain::user_filter::UserFilter;
use crate::error::IdentityError;
use crate::store::{user_lists, users};

/// What page tokens of this list are good for.
pub fn scope(filter: &UserFilter) -> String {
    format!("users {filter:?}")
}

/// A page of accounts, the newest first.
pub async fn list_users(
    context: &Context,
    caller: &Caller,
    filter: UserFilter,
    page: PageRequest<Uuid>,
) -> Result<Page<User>, IdentityError> {
    enter_back_office(context, caller).await?;
    let after = page.after.map(UserId::from);
    let entries = user_lists::list(context.database.reader(), &filter, after, page.size + 1).await?;
    Ok(context.page_tokens.page(&scope(&filter), page.size, entries, |user| user.id.uuid()))
}

/// One account.
pub async fn get_user(context: &Context, caller: &Caller, user_id: UserId) -> Result<User, IdentityError> {
    enter_back_office(context, caller).await?;
    users::find(context.database.reader(), user_id).await?.ok_or(IdentityError::UserNotFound)
}
