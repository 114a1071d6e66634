//! Ends every session of a user.

use token_verification::Caller;

use super::lock_live_session::lock_live_session;
use super::take_position;
use crate::context::Context;
use crate::error::IdentityError;
use crate::store::sessions;

/// Ends the caller's sessions; answers the position at which the caller's tokens end.
pub async fn log_out_all(context: &Context, caller: &Caller) -> Result<i64, IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    // Locked: a sign-in at the same time comes before, and is ended, or after, and stays.
    let (user, _) = lock_live_session(&transaction, caller, now).await?;
    sessions::end_all(&transaction, user.id, now).await?;
    let position = take_position::of_user(&transaction, user.id, now).await?;
    transaction.commit().await?;
    Ok(position)
}
