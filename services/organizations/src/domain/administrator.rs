//! Somebody of the back office, as this service knows them at this moment.

use crate::domain::denial::Denial;
use crate::domain::user::User;

const SYSTEM_ADMIN: &str = "system_admin";
const SUPER_ADMIN: &str = "super_admin";

/// A user with a platform role.
pub struct Administrator {
    is_system_admin: bool,
}

impl Administrator {
    /// The user, if the account is in use and holds a platform role.
    pub fn admit(user: Option<User>) -> Result<Self, Denial> {
        let profile = User::in_use(user).map_err(|_| Denial::NotOfTheBackOffice)?;
        let holds = |code| profile.platform_roles.iter().any(|held| held == code);
        let is_system_admin = holds(SYSTEM_ADMIN);
        if !is_system_admin && !holds(SUPER_ADMIN) {
            return Err(Denial::NotOfTheBackOffice);
        }
        Ok(Self { is_system_admin })
    }

    /// Asks for the mightier of the platform roles.
    pub const fn require_system_admin(&self) -> Result<(), Denial> {
        if self.is_system_admin { Ok(()) } else { Err(Denial::SystemAdminsOnly) }
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::domain::user::UserProfile;

    fn user(is_active: bool, roles: &[&str]) -> User {
        let profile = UserProfile {
            user_id: Uuid::from_u128(1).into(),
            email: "alice@example.com".to_owned(),
            display_name: None,
            version: 1,
            is_active,
            platform_roles: roles.iter().map(ToString::to_string).collect(),
        };
        User { profile, departed: None }
    }

    #[test]
    fn only_an_account_in_use_with_a_platform_role_enters() {
        for refused in
            [None, Some(user(true, &[])), Some(user(true, &["org_owner"])), Some(user(false, &["system_admin"]))]
        {
            assert_eq!(Administrator::admit(refused).err(), Some(Denial::NotOfTheBackOffice));
        }
        let gone = User { departed: Some(Timestamp::from_millis(1)), ..user(true, &["system_admin"]) };
        assert_eq!(Administrator::admit(Some(gone)).err(), Some(Denial::NotOfTheBackOffice));
    }

    #[test]
    fn a_super_admin_is_no_system_admin() {
        let someone = Administrator::admit(Some(user(true, &["super_admin"]))).unwrap();
        assert_eq!(someone.require_system_admin(), Err(Denial::SystemAdminsOnly));
        let someone = Administrator::admit(Some(user(true, &["super_admin", "system_admin"]))).unwrap();
        assert_eq!(someone.require_system_admin(), Ok(()));
    }
}
