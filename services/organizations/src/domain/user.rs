//! What is remembered of users, who are made elsewhere.

use service_kit::Timestamp;

use crate::domain::denial::Denial;
use crate::domain::ids::UserId;

/// What fellow members see of a user, and whether the account is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserProfile {
    /// The user.
    pub user_id: UserId,
    /// E-mail address in its canonical form.
    pub email: String,
    /// Name to show.
    pub display_name: Option<String>,
    /// Grows with every change.
    pub version: i64,
    /// False while the account is suspended.
    pub is_active: bool,
    /// Codes of the platform roles that the user holds.
    pub platform_roles: Vec<String>,
}

/// A user as recorded here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The latest profile that arrived.
    pub profile: UserProfile,
    /// When the user went for good; nothing adds the user again.
    pub departed: Option<Timestamp>,
}

impl User {
    /// A user who may come to belong to an organization: known, and not gone.
    pub fn present(user: Option<Self>) -> Result<UserProfile, Denial> {
        match user {
            Some(Self { profile, departed: None }) => Ok(profile),
            _ => Err(Denial::UserNotFound),
        }
    }

    /// The same, with an account in use.
    pub fn in_use(user: Option<Self>) -> Result<UserProfile, Denial> {
        let profile = Self::present(user)?;
        if profile.is_active { Ok(profile) } else { Err(Denial::UserSuspended) }
    }
}
