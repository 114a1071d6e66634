//! Numbers what makes older tokens say too much. Comes last in a transaction.

use serde_json::json;
use service_kit::{Timestamp, WriteTransaction, positions};

use crate::domain::session::SessionId;
use crate::domain::user::UserId;
use crate::error::IdentityError;

/// The end of all tokens and sessions that the user has.
pub async fn of_user(transaction: &WriteTransaction, user_id: UserId, now: Timestamp) -> Result<i64, IdentityError> {
    Ok(positions::advance(transaction, "user", json!({ "user_id": user_id.uuid(), "ended": true }), now).await?)
}

/// The end of all tokens that the user has, of which some can be had anew: a session goes on.
pub async fn of_tokens(transaction: &WriteTransaction, user_id: UserId, now: Timestamp) -> Result<i64, IdentityError> {
    Ok(positions::advance(transaction, "user", json!({ "user_id": user_id.uuid(), "ended": false }), now).await?)
}

/// The end of the session's tokens.
pub async fn of_session(
    transaction: &WriteTransaction,
    session_id: SessionId,
    now: Timestamp,
) -> Result<i64, IdentityError> {
    Ok(positions::advance(transaction, "session", json!({ "session_id": session_id.uuid() }), now).await?)
}
