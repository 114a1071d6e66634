//! Ends every session of somebody else.

use serde_json::Value;
use service_kit::audit;
use token_verification::Caller;

use super::enter_back_office::enter_to_change;
use super::take_position;
use crate::context::Context;
use crate::domain::trail::{Circumstances, Trail};
use crate::domain::user::UserId;
use crate::error::IdentityError;
use crate::store::sessions;

/// Ends the sessions; answers the position at which the user's tokens end.
pub async fn revoke_user_sessions(
    context: &Context,
    caller: &Caller,
    user_id: UserId,
    circumstances: Circumstances,
) -> Result<i64, IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let (administrator, target) = enter_to_change(&transaction, caller, user_id, now).await?;
    administrator.may_change(&target)?;
    sessions::end_all(&transaction, user_id, now).await?;
    let entry = Trail::of(&administrator, circumstances);
    let entry = entry.entry("user.sessions_revoked", user_id, Value::Null, &context.entropy, now);
    audit::append(&transaction, entry).await?;
    let position = take_position::of_user(&transaction, user_id, now).await?;
    transaction.commit().await?;
    Ok(position)
}
