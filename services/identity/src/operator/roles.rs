//! `admin grant`, `admin revoke`

use mail::Address;
use service_kit::{Timestamp, WriteTransaction};

use super::Operator;
use crate::domain::platform_role::PlatformRole;
use crate::domain::user::User;
use crate::error::OperatorError;
use crate::store::users;
use crate::use_cases::lock_beside_system_admins::lock_beside_system_admins;
use crate::use_cases::set_user_roles::{ChangedRoles, replace_roles};

pub async fn grant(operator: &Operator, email: &Address, role: PlatformRole) -> Result<bool, OperatorError> {
    let now = operator.clock.now();
    let transaction = operator.database.begin_write().await?;
    let user = users::find_by_email(&transaction, email.canonical()).await?.ok_or(OperatorError::NoAccount)?;
    let user = users::lock(&transaction, user.id).await?.ok_or(OperatorError::NoAccount)?;
    let had_it = user.has_role(role);
    give(operator, &transaction, user, role, now).await?;
    transaction.commit().await?;
    Ok(!had_it)
}

/// Gives a role to a user whose row is locked.
pub async fn give(
    operator: &Operator,
    transaction: &WriteTransaction,
    user: User,
    role: PlatformRole,
    now: Timestamp,
) -> Result<ChangedRoles, OperatorError> {
    if !user.is_active() {
        return Err(OperatorError::NotInUse);
    }
    let mut roles = roles_of(&user);
    if !roles.contains(&role) {
        roles.push(role);
    }
    Ok(replace_roles(&operator.entropy, transaction, user, &roles, operator.trail(), now).await?)
}

pub async fn revoke(operator: &Operator, email: &Address, role: PlatformRole) -> Result<bool, OperatorError> {
    let now = operator.clock.now();
    let transaction = operator.database.begin_write().await?;
    let user = users::find_by_email(&transaction, email.canonical()).await?.ok_or(OperatorError::NoAccount)?;
    let locked = lock_beside_system_admins(&transaction, user.id).await?;
    let user = locked.user.ok_or(OperatorError::NoAccount)?;
    if !user.has_role(role) {
        return Ok(false);
    }
    // A suspended one is nobody's last hope: the active ones are as many without the role.
    if role == PlatformRole::SystemAdmin && user.is_active() && !locked.another_remains {
        return Err(OperatorError::LastSystemAdmin);
    }
    let mut roles = roles_of(&user);
    roles.retain(|held| *held != role);
    replace_roles(&operator.entropy, &transaction, user, &roles, operator.trail(), now).await?;
    transaction.commit().await?;
    Ok(true)
}

fn roles_of(user: &User) -> Vec<PlatformRole> {
    PlatformRole::ALL.into_iter().filter(|role| user.has_role(*role)).collect()
}
