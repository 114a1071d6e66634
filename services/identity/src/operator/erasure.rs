//! `user delete`

use serde_json::{Value, json};
use service_kit::audit::{self, Reason};
use service_kit::outbox;

use super::Operator;
use super::accounts::find;
use crate::domain::platform_role::PlatformRole;
use crate::domain::user::{User, UserStatus};
use crate::error::OperatorError;
use crate::store::users;
use crate::use_cases::departure::departure;
use crate::use_cases::evict_user::begin_eviction;
use crate::use_cases::lock_beside_system_admins::{Locked, lock_beside_system_admins};
use crate::use_cases::take_position;

/// Leaves the intent that owners of accounts leave, which identity's relay carries out as soon as it runs beside organizations. An
/// organization that would lose its only owner calls it off; meanwhile the account's tokens are refused already. Repeated, it begins
/// anew with an intent that was set aside.
pub async fn delete(operator: &Operator, text: &str, reason: Option<Reason>) -> Result<User, OperatorError> {
    let id = find(operator, text).await?.id;
    let now = operator.clock.now();
    let transaction = operator.database.begin_write().await?;
    let user = deletable(lock_beside_system_admins(&transaction, id).await?)?;
    let trail = operator.trail().because(reason);
    match user.status {
        UserStatus::Departing => {
            outbox::append(&transaction, departure(id, Some(&trail), now), now).await?;
            take_position::of_tokens(&transaction, id, now).await?;
            transaction.commit().await?;
            return Ok(user);
        }
        UserStatus::Suspending => return Err(OperatorError::Waiting),
        // When it is called off, the account would be in use again.
        UserStatus::Suspended => return Err(OperatorError::Suspended),
        UserStatus::Active => {}
    }
    users::change_status(&transaction, id, UserStatus::Active, UserStatus::Departing, now).await?;
    outbox::append(&transaction, departure(id, Some(&trail), now), now).await?;
    let details = json!({ "hands_over": false });
    audit::append(&transaction, trail.entry("user.deletion_begun", id, details, &operator.entropy, now)).await?;
    take_position::of_tokens(&transaction, id, now).await?;
    transaction.commit().await?;
    Ok(User { status: UserStatus::Departing, updated: now, ..user })
}

/// Erases the account at once, whatever its status. Organizations that would lose their only owner get another one, or end with
/// their last member, as soon as identity's relay runs beside organizations.
pub async fn delete_handing_over(
    operator: &Operator,
    text: &str,
    reason: Option<Reason>,
) -> Result<User, OperatorError> {
    let id = find(operator, text).await?.id;
    let now = operator.clock.now();
    let transaction = operator.database.begin_write().await?;
    let user = deletable(lock_beside_system_admins(&transaction, id).await?)?;
    let trail = operator.trail().because(reason);
    let details = json!({ "hands_over": true });
    let begun = trail.clone().entry("user.deletion_begun", id, details, &operator.entropy, now);
    let deleted = trail.entry("user.deleted", id, Value::Null, &operator.entropy, now);
    audit::append_all(&transaction, vec![begun, deleted]).await?;
    begin_eviction(&transaction, id, now).await?;
    take_position::of_user(&transaction, id, now).await?;
    transaction.commit().await?;
    Ok(user)
}

fn deletable(locked: Locked) -> Result<User, OperatorError> {
    let user = locked.user.ok_or(OperatorError::NoSuchUser)?;
    if user.is_active() && user.has_role(PlatformRole::SystemAdmin) && !locked.another_remains {
        return Err(OperatorError::LastSystemAdmin);
    }
    Ok(user)
}
