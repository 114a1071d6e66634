//! `user suspend`, `user unsuspend`

use serde_json::Value;
use service_kit::audit::{self, Reason};
use service_kit::outbox;

use super::Operator;
use super::accounts::find;
use crate::domain::platform_role::PlatformRole;
use crate::domain::user::{User, UserStatus};
use crate::error::OperatorError;
use crate::store::users;
use crate::use_cases::lock_beside_system_admins::lock_beside_system_admins;
use crate::use_cases::reactivate_user::take_back;
use crate::use_cases::suspend_user::{intend_suspension, suspension};
use crate::use_cases::take_position;

/// Leaves the intent, which identity's relay carries out as soon as it runs beside organizations; meanwhile the account's tokens are
/// refused already. Repeated, it begins anew with an intent that was set aside.
pub async fn suspend(operator: &Operator, text: &str, reason: Option<Reason>) -> Result<User, OperatorError> {
    let id = find(operator, text).await?.id;
    let now = operator.clock.now();
    let transaction = operator.database.begin_write().await?;
    let locked = lock_beside_system_admins(&transaction, id).await?;
    let user = locked.user.ok_or(OperatorError::NoSuchUser)?;
    let trail = operator.trail().because(reason);
    match user.status {
        UserStatus::Suspended => return Ok(user),
        UserStatus::Suspending => {
            outbox::append(&transaction, suspension(id, &trail, now), now).await?;
            take_position::of_tokens(&transaction, id, now).await?;
            transaction.commit().await?;
            return Ok(user);
        }
        UserStatus::Departing => return Err(OperatorError::Waiting),
        UserStatus::Active if user.has_role(PlatformRole::SystemAdmin) && !locked.another_remains => {
            return Err(OperatorError::LastSystemAdmin);
        }
        UserStatus::Active => {}
    }
    intend_suspension(&transaction, &user, &trail, now, now).await?;
    let entry = trail.entry("user.suspension_begun", id, Value::Null, &operator.entropy, now);
    audit::append(&transaction, entry).await?;
    take_position::of_tokens(&transaction, id, now).await?;
    transaction.commit().await?;
    Ok(User { status: UserStatus::Suspending, updated: now, ..user })
}

/// Organizations hears of it from identity's relay.
pub async fn unsuspend(operator: &Operator, text: &str, reason: Option<Reason>) -> Result<User, OperatorError> {
    let id = find(operator, text).await?.id;
    let now = operator.clock.now();
    let transaction = operator.database.begin_write().await?;
    let user = users::lock(&transaction, id).await?.ok_or(OperatorError::NoSuchUser)?;
    match user.status {
        UserStatus::Active => return Ok(user),
        UserStatus::Suspending | UserStatus::Departing => return Err(OperatorError::Waiting),
        UserStatus::Suspended => {}
    }
    let trail = operator.trail().because(reason);
    let user = take_back(&operator.entropy, &transaction, user, trail, now, now).await?;
    transaction.commit().await?;
    Ok(user)
}
