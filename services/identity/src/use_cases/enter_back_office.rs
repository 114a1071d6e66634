//! Lets somebody into the back office: by what the database says now, not by what the token said when it was made.

use service_kit::{Timestamp, WriteTransaction};
use token_verification::Caller;

use crate::context::Context;
use crate::domain::administrator::{Administrator, Denial};
use crate::domain::session::SessionId;
use crate::domain::user::{User, UserId};
use crate::error::IdentityError;
use crate::store::{sessions, users};
use crate::use_cases::find_live_session::find_active_session;

/// For calls that only read.
pub async fn enter_back_office(context: &Context, caller: &Caller) -> Result<Administrator, IdentityError> {
    let live = find_active_session(context, caller).await?;
    Ok(Administrator::admit(&live.user, live.session.id)?)
}

/// For calls that change an account: locks the caller's and the target's rows, so that of two who demote or suspend each
/// other the second is no administrator any more. Since every such change keeps the lock on an active administrator to its
/// end, one always remains.
pub async fn enter_to_change(
    transaction: &WriteTransaction,
    caller: &Caller,
    target_id: UserId,
    now: Timestamp,
) -> Result<(Administrator, User), IdentityError> {
    let caller_id = UserId::from(caller.user_id);
    let locked = users::lock_many(transaction, &[caller_id, target_id]).await?;
    let find = |id: UserId| locked.iter().find(|user| user.id == id);
    let session = sessions::find(transaction, SessionId::from(caller.session_id)).await?;
    let session = session.filter(|session| session.is_alive(now) && session.user_id == caller_id);
    let session = session.ok_or(IdentityError::TokenRevoked)?;
    let user = find(caller_id).ok_or(Denial::NotOfTheBackOffice)?;
    let administrator = Administrator::admit(user, session.id)?;
    let target = find(target_id).ok_or(IdentityError::UserNotFound)?;
    Ok((administrator, target.clone()))
}
