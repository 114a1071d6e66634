//! What somebody with a platform role may do to accounts.

use crate::domain::platform_role::PlatformRole;
use crate::domain::session::SessionId;
use crate::domain::user::{User, UserId};

/// Why something in the back office is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The caller's account, session or platform role does not stand any more.
    NotOfTheBackOffice,
    /// It takes `system_admin`.
    SystemAdminsOnly,
    /// Nobody blocks the own account or takes a role from it.
    Oneself,
}

/// Somebody of the back office, as the database knows them at this moment.
#[derive(Clone)]
pub struct Administrator {
    pub user_id: UserId,
    pub session_id: SessionId,
    is_system_admin: bool,
}

impl Administrator {
    /// The user of a living session, if the account is in use and holds a platform role.
    pub fn admit(user: &User, session_id: SessionId) -> Result<Self, Denial> {
        let is_system_admin = user.has_role(PlatformRole::SystemAdmin);
        if !user.is_active() || !(is_system_admin || user.has_role(PlatformRole::SuperAdmin)) {
            return Err(Denial::NotOfTheBackOffice);
        }
        Ok(Self { user_id: user.id, session_id, is_system_admin })
    }

    /// What concerns a system administrator is for system administrators alone.
    pub fn may_change(&self, target: &User) -> Result<(), Denial> {
        if target.has_role(PlatformRole::SystemAdmin) { self.is_system_admin() } else { Ok(()) }
    }

    /// As `may_change`, for what nobody does to themselves.
    pub fn may_suspend(&self, target: &User) -> Result<(), Denial> {
        self.may_change(target)?;
        if target.id == self.user_id { Err(Denial::Oneself) } else { Ok(()) }
    }

    /// Whether these may become the target's roles.
    pub fn may_set_roles(&self, target: &User, roles: &[PlatformRole]) -> Result<(), Denial> {
        self.is_system_admin()?;
        let keeps_all = PlatformRole::ALL.iter().all(|role| !target.has_role(*role) || roles.contains(role));
        if target.id == self.user_id && !keeps_all { Err(Denial::Oneself) } else { Ok(()) }
    }

    fn is_system_admin(&self) -> Result<(), Denial> {
        if self.is_system_admin { Ok(()) } else { Err(Denial::SystemAdminsOnly) }
    }
}

#[cfg(test)]
mod tests {
    use PlatformRole::{SuperAdmin, SystemAdmin};
    use service_kit::{Entropy, Timestamp};

    use super::*;
    use crate::domain::user::{Names, OrganizationId, UserStatus};

    fn user(roles: &[PlatformRole]) -> User {
        let (entropy, now) = (Entropy::system(), Timestamp::from_millis(0));
        User {
            id: UserId::generate(&entropy, now),
            email: "alice@example.com".to_owned(),
            email_verified: true,
            password_hash: None,
            credential_generation: 0,
            names: Names::default(),
            status: UserStatus::Active,
            personal_organization_id: OrganizationId::generate(&entropy, now),
            is_provisioned: true,
            profile_version: 1,
            roles: roles.iter().map(|role| role.code().to_owned()).collect(),
            created: now,
            updated: now,
            last_login: None,
        }
    }

    fn admit(user: &User) -> Result<Administrator, Denial> {
        Administrator::admit(user, SessionId::generate(&Entropy::system(), Timestamp::from_millis(0)))
    }

    #[test]
    fn only_an_account_in_use_with_a_platform_role_enters() {
        assert_eq!(admit(&user(&[])).err(), Some(Denial::NotOfTheBackOffice));
        for status in [UserStatus::Suspending, UserStatus::Suspended, UserStatus::Departing] {
            let out_of_use = User { status, ..user(&[SystemAdmin]) };
            assert_eq!(admit(&out_of_use).err(), Some(Denial::NotOfTheBackOffice));
        }
        assert!(admit(&user(&[SuperAdmin])).is_ok() && admit(&user(&[SystemAdmin])).is_ok());
    }

    #[test]
    fn a_super_admin_touches_no_system_admin_and_grants_nothing() {
        let someone = admit(&user(&[SuperAdmin])).unwrap();
        assert_eq!(someone.may_change(&user(&[SystemAdmin])), Err(Denial::SystemAdminsOnly));
        assert_eq!(someone.may_suspend(&user(&[SuperAdmin, SystemAdmin])), Err(Denial::SystemAdminsOnly));
        assert_eq!(someone.may_suspend(&user(&[SuperAdmin])), Ok(()));
        assert_eq!(someone.may_set_roles(&user(&[]), &[]), Err(Denial::SystemAdminsOnly));
    }

    #[test]
    fn nobody_suspends_or_demotes_themselves() {
        let alice = user(&[SuperAdmin, SystemAdmin]);
        let herself = admit(&alice).unwrap();
        assert_eq!(herself.may_suspend(&alice), Err(Denial::Oneself));
        assert_eq!(herself.may_change(&alice), Ok(()));
        assert_eq!(herself.may_set_roles(&alice, &[SuperAdmin]), Err(Denial::Oneself));
        assert_eq!(herself.may_set_roles(&alice, &[SystemAdmin]), Err(Denial::Oneself));
        assert_eq!(herself.may_set_roles(&alice, &[SuperAdmin, SystemAdmin]), Ok(()));
        assert_eq!(herself.may_set_roles(&user(&[SystemAdmin]), &[]), Ok(()));
    }
}
