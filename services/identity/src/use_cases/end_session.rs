//! Ends a session.

use serde_json::json;
use service_kit::{Timestamp, WriteTransaction, positions};

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
    let subject = json!({ "session_id": session_id.uuid() });
    let position = positions::advance(&transaction, "session", subject, now).await?;
    transaction.commit().await?;
    Ok(position)
}
