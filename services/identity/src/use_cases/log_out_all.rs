//! Ends every session of a user.

use token_verification::Caller;

use super::find_live_session::find_live_session;
use super::take_position;
use crate::context::Context;
use crate::error::IdentityError;
use crate::store::{sessions, users};

/// Ends the caller's sessions; answers the position at which the caller's tokens end.
pub async fn log_out_all(context: &Context, caller: &Caller) -> Result<i64, IdentityError> {
    let user_id = find_live_session(context, caller).await?.user.id;

    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    // Locked: a sign-in at the same time comes before, and is ended, or after, and stays.
    users::lock(&transaction, user_id).await?;
    sessions::end_all(&transaction, user_id, now).await?;
    let position = take_position::of_user(&transaction, user_id, now).await?;
    transaction.commit().await?;
    Ok(position)
}
