//! Keeps a user's sessions bounded.

use service_kit::{Timestamp, WriteTransaction};

use super::take_position;
use crate::domain::session::{MOST_SESSIONS, Session};
use crate::error::IdentityError;
use crate::store::sessions;

/// Ends those of the user's sessions that have been idle for longest, so that the new one keeps the bound. The
/// user is locked, and nothing follows in the transaction.
pub async fn end_surplus_sessions(
    transaction: &WriteTransaction,
    new: &Session,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let mut ended = Vec::new();
    for id in sessions::find_longest_idle(transaction, new, now, MOST_SESSIONS - 1).await? {
        if sessions::end(transaction, id, now).await? {
            ended.push(id);
        }
    }
    for id in ended {
        take_position::of_session(transaction, id, now).await?;
    }
    Ok(())
}
