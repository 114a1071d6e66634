//! Reads the caller's session again where something is written by its right.

use service_kit::{Timestamp, WriteTransaction};
use token_verification::Caller;

use crate::domain::session::{Session, SessionId};
use crate::domain::user::{User, UserId};
use crate::error::IdentityError;
use crate::store::{sessions, users};

/// The caller and the caller's session, unchanged by others until the transaction ends; TOKEN_REVOKED when the session
/// has ended since it was looked at. The user before the session, as wherever both are locked.
pub async fn lock_live_session(
    transaction: &WriteTransaction,
    caller: &Caller,
    now: Timestamp,
) -> Result<(User, Session), IdentityError> {
    let user = users::lock(transaction, UserId::from(caller.user_id)).await?.ok_or(IdentityError::TokenRevoked)?;
    let session = lock_session(transaction, caller, now).await?.ok_or(IdentityError::TokenRevoked)?;
    Ok((user, session))
}

/// The same for an account in use.
pub async fn lock_active_session(
    transaction: &WriteTransaction,
    caller: &Caller,
    now: Timestamp,
) -> Result<(User, Session), IdentityError> {
    let (user, session) = lock_live_session(transaction, caller, now).await?;
    if user.is_active() { Ok((user, session)) } else { Err(IdentityError::TokenRevoked) }
}

/// The caller's session if it is alive. The user is locked.
pub async fn lock_session(
    transaction: &WriteTransaction,
    caller: &Caller,
    now: Timestamp,
) -> Result<Option<Session>, IdentityError> {
    let session = sessions::lock(transaction, SessionId::from(caller.session_id)).await?;
    Ok(session.filter(|session| session.is_alive(now) && session.user_id.uuid() == caller.user_id))
}
