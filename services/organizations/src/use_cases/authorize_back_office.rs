//! Answering whether a user may enter the back office at this moment.

use crate::context::Context;
use crate::domain::administrator::Administrator;
use crate::domain::ids::UserId;
use crate::error::Error;
use crate::store;

/// Reads account and platform roles from the database; a token's claims play no part.
pub async fn authorize_back_office(context: &Context, user_id: UserId) -> Result<bool, Error> {
    let user = store::users::find(context.database.reader(), user_id).await?;
    Ok(Administrator::admit(user).is_ok())
}
