//! Which accounts the back office looks for.

use crate::domain::user::UserStatus;

/// Which accounts to list.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// How an e-mail address begins, or a part of a name, in any case.
    pub search: Option<String>,
    /// Of one of these statuses.
    pub statuses: Vec<UserStatus>,
}
