//! Decides who may enter the back office.

use serde_json::json;
use service_kit::{Entropy, Timestamp, WriteTransaction, audit};
use token_verification::Caller;

use super::enter_back_office::enter_to_change;
use super::record_profile::{record_profile, request_recording};
use super::take_position;
use crate::context::Context;
use crate::domain::platform_role::PlatformRole;
use crate::domain::trail::{Circumstances, Trail};
use crate::domain::user::{User, UserId};
use crate::error::IdentityError;
use crate::store::{platform_roles, users};

/// An account after a change of its platform roles.
pub struct ChangedRoles {
    pub user: User,
    /// Where older tokens end; 0 when nothing was taken away.
    pub position: i64,
}

/// Replaces the user's platform roles.
pub async fn set_user_roles(
    context: &Context,
    caller: &Caller,
    user_id: UserId,
    roles: &[PlatformRole],
    circumstances: Circumstances,
) -> Result<ChangedRoles, IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let (administrator, target) = enter_to_change(&transaction, caller, user_id, now).await?;
    administrator.may_set_roles(&target, roles)?;
    let trail = Trail::of(&administrator, circumstances);
    let changed = replace_roles(&context.entropy, &transaction, target, roles, trail, now).await?;
    transaction.commit().await?;
    // So that the back office of organizations knows it when this answers; after an outage the relay tells it.
    if let Err(outage) = record_profile(context, user_id).await {
        tracing::warn!(%user_id, ?outage, "organizations hears of platform roles later");
    }
    Ok(changed)
}

/// Writes the roles of a user whose row is locked, and what the audit log says of it. Takes a position when it takes a
/// role, so nothing may follow but the commit.
pub async fn replace_roles(
    entropy: &Entropy,
    transaction: &WriteTransaction,
    target: User,
    roles: &[PlatformRole],
    trail: Trail,
    now: Timestamp,
) -> Result<ChangedRoles, IdentityError> {
    let mut codes: Vec<String> = roles.iter().map(|role| role.code().to_owned()).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes == target.roles {
        return Ok(ChangedRoles { user: target, position: 0 });
    }
    // Whoever signed up with somebody else's address must not be made powerful in their name.
    if !target.email_verified && codes.iter().any(|code| !target.roles.contains(code)) {
        return Err(IdentityError::UnprovenAccount);
    }
    platform_roles::remove_all(transaction, target.id).await?;
    platform_roles::insert(transaction, target.id, &codes).await?;
    let profile_version = target.profile_version + 1;
    users::touch_profile(transaction, &target, now).await?;
    request_recording(transaction, target.id, profile_version, now, now).await?;
    let details = json!({ "before": target.roles, "after": codes });
    audit::append(transaction, trail.entry("user.roles_set", target.id, details, entropy, now)).await?;
    let position = match target.roles.iter().all(|code| codes.contains(code)) {
        true => 0,
        false => take_position::of_tokens(transaction, target.id, now).await?,
    };
    Ok(ChangedRoles { user: User { roles: codes, profile_version, updated: now, ..target }, position })
}
