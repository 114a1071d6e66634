//! Deletes an account: organizations lets the user go first, then everything personal is erased.

use secrecy::SecretString;
use serde_json::Value;
use service_kit::{Timestamp, WriteTransaction, audit, outbox, positions};
use token_verification::Caller;

use super::HEAD_START;
use super::departure::{DEPART, departure};
use super::erase_user::erase_user;
use super::find_live_session::find_live_session;
use super::lock_beside_system_admins::lock_beside_system_admins;
use super::lock_live_session::lock_session;
use super::prove_password::prove_password;
use crate::context::Context;
use crate::domain::platform_role::PlatformRole;
use crate::domain::trail::Trail;
use crate::domain::user::{UserId, UserStatus};
use crate::error::IdentityError;
use crate::store::users;

/// Deletes the caller's account; answers the position at which the caller's tokens end. After an
/// outage the same call, or the relay, finishes it.
pub async fn delete_account(context: &Context, caller: &Caller, password: SecretString) -> Result<i64, IdentityError> {
    let user = find_live_session(context, caller).await?.user;
    prove_password(context, &user, password).await?;
    begin_departure(context, caller).await?;
    finish_departure(context, user.id, None).await
}

/// Makes the intent durable. From here nobody signs in to the account. Whoever changed the password since it was proven
/// has ended the caller's session.
async fn begin_departure(context: &Context, caller: &Caller) -> Result<(), IdentityError> {
    let user_id = UserId::from(caller.user_id);
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let locked = lock_beside_system_admins(&transaction, user_id).await?;
    let user = locked.user.ok_or(IdentityError::TokenRevoked)?;
    lock_session(&transaction, caller, now).await?.ok_or(IdentityError::TokenRevoked)?;
    match user.status {
        UserStatus::Departing => return Ok(()),
        UserStatus::Suspending | UserStatus::Suspended => return Err(IdentityError::TokenRevoked),
        UserStatus::Active if user.has_role(PlatformRole::SystemAdmin) && !locked.another_remains => {
            return Err(IdentityError::LastSystemAdmin);
        }
        UserStatus::Active => {}
    }
    users::change_status(&transaction, user_id, UserStatus::Active, UserStatus::Departing, now).await?;
    outbox::append(&transaction, departure(user_id, None, now.plus(HEAD_START)), now).await?;
    Ok(transaction.commit().await?)
}

/// Asks organizations, then erases the account or, when an organization would lose its only owner,
/// puts it back in use and passes the refusal on. The audit log tells how it ended when it was begun `by` somebody else than the
/// account's owner.
pub async fn finish_departure(context: &Context, user_id: UserId, by: Option<Trail>) -> Result<i64, IdentityError> {
    match context.upstreams.depart(user_id, by.as_ref()).await {
        Ok(()) => erase(context, user_id, by).await,
        Err(refusal) if refusal.is_sole_owner() => {
            call_off(context, user_id, by).await?;
            Err(refusal)
        }
        Err(outage) => Err(outage),
    }
}

async fn call_off(context: &Context, user_id: UserId, by: Option<Trail>) -> Result<(), IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    if users::change_status(&transaction, user_id, UserStatus::Departing, UserStatus::Active, now).await? {
        tell(context, &transaction, (user_id, "user.deletion_called_off"), by, now).await?;
    }
    outbox::complete(&transaction, DEPART, &user_id.to_string()).await?;
    Ok(transaction.commit().await?)
}

async fn erase(context: &Context, user_id: UserId, by: Option<Trail>) -> Result<i64, IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    if users::lock(&transaction, user_id).await?.is_none() {
        // Somebody else finished it meanwhile.
        return Ok(positions::current(&transaction).await?);
    }
    tell(context, &transaction, (user_id, "user.deleted"), by, now).await?;
    let position = erase_user(&transaction, user_id, now).await?;
    transaction.commit().await?;
    Ok(position)
}

/// What owners do with their own accounts is not told.
async fn tell(
    context: &Context,
    transaction: &WriteTransaction,
    (user_id, action): (UserId, &str),
    by: Option<Trail>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let Some(by) = by else { return Ok(()) };
    let entry = by.entry(action, user_id, Value::Null, &context.entropy, now);
    Ok(audit::append(transaction, entry).await?)
}
