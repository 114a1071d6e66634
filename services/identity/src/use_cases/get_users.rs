//! Tells the other services about users.

use crate::context::Context;
use crate::domain::user::{User, UserId};
use crate::error::IdentityError;
use crate::store::users;

/// Most users that one call may ask for.
pub const MOST_USERS: usize = 200;

/// Those of the users that exist.
pub async fn get_users(context: &Context, ids: &[UserId]) -> Result<Vec<User>, IdentityError> {
    Ok(users::find_many(context.database.reader(), ids).await?)
}
