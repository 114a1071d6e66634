//! Ends one of the caller's sessions.

use token_verification::Caller;

use super::lock_live_session::lock_live_session;
use super::take_position;
use crate::context::Context;
use crate::domain::session::SessionId;
use crate::error::IdentityError;
use crate::store::sessions;

/// Ends the session; answers the position at which its tokens end. A session that is not the caller's, or
/// no longer alive, is answered like one that never was.
pub async fn end_my_session(context: &Context, caller: &Caller, id: SessionId) -> Result<i64, IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let (user, _) = lock_live_session(&transaction, caller, now).await?;
    if !sessions::end_of_user(&transaction, user.id, id, now).await? {
        return Err(IdentityError::SessionNotFound);
    }
    let position = take_position::of_session(&transaction, id, now).await?;
    transaction.commit().await?;
    Ok(position)
}
