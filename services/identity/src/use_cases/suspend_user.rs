//! Blocks an account: organizations agrees first, since it may lose an owner, then everything ends.

use serde_json::{Value, json};
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction, audit, positions};
use token_verification::Caller;

use super::HEAD_START;
use super::enter_back_office::enter_to_change;
use super::record_profile::request_recording;
use super::take_position;
use crate::context::Context;
use crate::domain::trail::{Circumstances, Trail};
use crate::domain::user::{User, UserId, UserStatus};
use crate::error::IdentityError;
use crate::store::{sessions, users};

/// The intent of suspending a user; its key is the user's id.
pub const SUSPEND: &str = "suspend";

/// An account that is blocked.
pub struct SuspendedUser {
    pub user: User,
    /// Where the user's tokens end; 0 when they had ended before.
    pub position: i64,
}

/// Suspends the user. After an outage the same call, or the relay, finishes it.
pub async fn suspend_user(
    context: &Context,
    caller: &Caller,
    user_id: UserId,
    circumstances: Circumstances,
) -> Result<SuspendedUser, IdentityError> {
    let trail = begin(context, caller, user_id, circumstances).await?;
    let finished = finish_suspension(context, user_id, trail).await;
    if let Err(IdentityError::Upstream(_)) = finished {
        end_tokens(context, user_id).await?;
    }
    finished
}

/// Whoever is suspended while organizations is away acts no more until it answers; whoever turned out to stay goes on.
async fn end_tokens(context: &Context, user_id: UserId) -> Result<(), IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let user = users::lock(&transaction, user_id).await?;
    if user.is_some_and(|user| user.status == UserStatus::Suspending) {
        take_position::of_tokens(&transaction, user_id, now).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Makes the intent durable. From here nobody signs in to the account.
async fn begin(
    context: &Context,
    caller: &Caller,
    user_id: UserId,
    circumstances: Circumstances,
) -> Result<Trail, IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let (administrator, target) = enter_to_change(&transaction, caller, user_id, now).await?;
    administrator.may_suspend(&target)?;
    let trail = Trail::of(&administrator, circumstances);
    match target.status {
        UserStatus::Suspending | UserStatus::Suspended => return Ok(trail),
        UserStatus::Departing => return Err(IdentityError::Unsettled),
        UserStatus::Active => {}
    }
    intend_suspension(&transaction, &target, &trail, now.plus(HEAD_START), now).await?;
    transaction.commit().await?;
    Ok(trail)
}

/// Puts an active account that is locked out of use, and leaves the rest to the relay from `due` on.
pub async fn intend_suspension(
    transaction: &WriteTransaction,
    target: &User,
    trail: &Trail,
    due: Timestamp,
    now: Timestamp,
) -> Result<(), IdentityError> {
    users::change_standing(transaction, target, UserStatus::Suspending, now).await?;
    Ok(outbox::append(transaction, suspension(target.id, trail, due), now).await?)
}

/// The intent, for the relay from then on.
pub fn suspension(user_id: UserId, trail: &Trail, due: Timestamp) -> Message {
    let payload = json!({ "user_id": user_id.uuid(), "trail": trail });
    Message { topic: SUSPEND, key: user_id.to_string(), payload, due }
}

/// Asks organizations, then blocks the account or, when an organization would lose its only owner, puts it back in use and
/// passes the refusal on. Nothing to do for an account that nobody is suspending.
pub async fn finish_suspension(
    context: &Context,
    user_id: UserId,
    trail: Trail,
) -> Result<SuspendedUser, IdentityError> {
    let user = users::find(context.database.reader(), user_id).await?.ok_or(IdentityError::UserNotFound)?;
    match user.status {
        UserStatus::Suspending => {}
        UserStatus::Suspended => return Ok(SuspendedUser { user, position: 0 }),
        UserStatus::Active | UserStatus::Departing => return Err(IdentityError::Unsettled),
    }
    match context.upstreams.record_profile(&user).await {
        Ok(()) => block(context, user, trail).await,
        Err(refusal) if refusal.is_sole_owner() => {
            call_off(context, user, trail).await?;
            Err(refusal)
        }
        Err(outage) => Err(outage),
    }
}

/// Blocks the account that organizations has heard of, and no later state of it: a refusal may have been heard meanwhile.
async fn block(context: &Context, heard_of: User, trail: Trail) -> Result<SuspendedUser, IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let user = users::lock(&transaction, heard_of.id).await?.ok_or(IdentityError::UserNotFound)?;
    if user.status == UserStatus::Suspended {
        return Ok(SuspendedUser { position: positions::current(&transaction).await?, user });
    }
    if user.status != UserStatus::Suspending || user.profile_version != heard_of.profile_version {
        return Err(IdentityError::Unsettled);
    }
    users::change_status(&transaction, user.id, UserStatus::Suspending, UserStatus::Suspended, now).await?;
    sessions::end_all(&transaction, user.id, now).await?;
    let entry = trail.entry("user.suspended", user.id, Value::Null, &context.entropy, now);
    audit::append(&transaction, entry).await?;
    outbox::complete(&transaction, SUSPEND, &user.id.to_string()).await?;
    let position = take_position::of_user(&transaction, user.id, now).await?;
    transaction.commit().await?;
    Ok(SuspendedUser { user: User { status: UserStatus::Suspended, updated: now, ..user }, position })
}

/// A call to organizations that is still on its way could take the account out of use there after all, so organizations
/// hears of a later state.
async fn call_off(context: &Context, refused: User, trail: Trail) -> Result<(), IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    if users::change_standing(&transaction, &refused, UserStatus::Active, now).await? {
        let entry = trail.entry("user.suspension_called_off", refused.id, Value::Null, &context.entropy, now);
        audit::append(&transaction, entry).await?;
        outbox::complete(&transaction, SUSPEND, &refused.id.to_string()).await?;
        request_recording(&transaction, refused.id, refused.profile_version + 1, now, now).await?;
        transaction.commit().await?;
    }
    Ok(())
}
