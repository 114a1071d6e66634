//! Ends a session.

use service_kit::{Timestamp, WriteTransaction};

use super::take_position;
use crate::domain::session::SessionId;
use crate::error::IdentityError;
use crate::store::sessions;

/// Ends a session and commits; answers the position at which its tokens end, 0 when it had ended
/// before.
pub async fn end_session(
    transaction: WriteTransaction,
    session_id: SessionId,
    now: Timestamp,
) -> Result<i64, IdentityError> {
    if !sessions::end(&transaction, session_id, now).await? {
        return Ok(0);
    }
    let position = take_position::of_session(&transaction, session_id, now).await?;
    transaction.commit().await?;
    Ok(position)
}
