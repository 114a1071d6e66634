//! Takes a suspended account back into use.

use serde_json::Value;
use service_kit::{Entropy, Timestamp, WriteTransaction, audit};
use token_verification::Caller;

use super::HEAD_START;
use super::enter_back_office::enter_to_change;
use super::record_profile::{record_profile, request_recording};
use crate::context::Context;
use crate::domain::trail::{Circumstances, Trail};
use crate::domain::user::{User, UserId, UserStatus};
use crate::error::IdentityError;
use crate::store::users;

/// Reactivates the user. Nobody loses an owner by it, so organizations is told afterwards, by the relay if need be.
pub async fn reactivate_user(
    context: &Context,
    caller: &Caller,
    user_id: UserId,
    circumstances: Circumstances,
) -> Result<User, IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let (administrator, target) = enter_to_change(&transaction, caller, user_id, now).await?;
    administrator.may_change(&target)?;
    match target.status {
        UserStatus::Active => return Ok(target),
        UserStatus::Suspending | UserStatus::Departing => return Err(IdentityError::Unsettled),
        UserStatus::Suspended => {}
    }
    let trail = Trail::of(&administrator, circumstances);
    let user = take_back(&context.entropy, &transaction, target, trail, now.plus(HEAD_START), now).await?;
    transaction.commit().await?;

    if let Err(error) = record_profile(context, user_id).await {
        tracing::warn!(%user_id, %error, "organizations hears of a reactivation later");
    }
    Ok(user)
}

/// Takes a suspended account that is locked back into use; organizations hears of it from `due` on.
pub async fn take_back(
    entropy: &Entropy,
    transaction: &WriteTransaction,
    suspended: User,
    trail: Trail,
    due: Timestamp,
    now: Timestamp,
) -> Result<User, IdentityError> {
    users::change_standing(transaction, &suspended, UserStatus::Active, now).await?;
    let entry = trail.entry("user.reactivated", suspended.id, Value::Null, entropy, now);
    audit::append(transaction, entry).await?;
    let profile_version = suspended.profile_version + 1;
    request_recording(transaction, suspended.id, profile_version, due, now).await?;
    Ok(User { status: UserStatus::Active, profile_version, updated: now, ..suspended })
}
