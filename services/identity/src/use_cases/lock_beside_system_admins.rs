//! Keeps the last system administrator from going.

use service_kit::WriteTransaction;

use crate::domain::platform_role::PlatformRole;
use crate::domain::user::{User, UserId};
use crate::error::IdentityError;
use crate::store::{platform_roles, users};

/// An account that may cease to be a system administrator's.
pub struct Locked {
    /// The account, if there is one.
    pub user: Option<User>,
    /// Whether somebody else is an active system administrator until the transaction ends.
    pub another_remains: bool,
}

/// Locks the account and, if it is a system administrator's, those of all the others: whoever wants one of them to go waits.
pub async fn lock_beside_system_admins(
    transaction: &WriteTransaction,
    user_id: UserId,
) -> Result<Locked, IdentityError> {
    let mut ids = platform_roles::holders(transaction, PlatformRole::SystemAdmin).await?;
    if !ids.contains(&user_id) {
        ids = vec![user_id];
    }
    // Read again under the lock: some may have gone in between.
    let mut locked = users::lock_many(transaction, &ids).await?;
    let user = locked.iter().position(|user| user.id == user_id).map(|place| locked.swap_remove(place));
    let is_system_admin = |user: &User| user.is_active() && user.has_role(PlatformRole::SystemAdmin);
    Ok(Locked { user, another_remains: locked.iter().any(is_system_admin) })
}
