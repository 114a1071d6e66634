//! A person's account.

use service_kit::{Id, Timestamp};

use crate::domain::platform_role::PlatformRole;

/// Tells ids of users from others.
pub struct OfUser;
/// The id of a user.
pub type UserId = Id<OfUser>;

/// Tells ids of organizations from others.
pub struct OfOrganization;
/// The id of an organization, as organizations knows it.
pub type OrganizationId = Id<OfOrganization>;

/// What an account can be used for. A deleted account is no account at all: nothing finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    /// In use.
    Active,
    /// The back office asked to block it, and organizations has not agreed yet. Nobody can use it.
    Suspending,
    /// Blocked by the back office.
    Suspended,
    /// Its owner asked for its deletion, and organizations has not agreed yet.
    Departing,
}

/// The names by which a user goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Given name.
    pub first: Option<String>,
    /// Family name.
    pub last: Option<String>,
    /// The name to show.
    pub display: Option<String>,
}

/// One of the passwords that a user has had, without what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credential {
    pub user_id: UserId,
    /// Tells it from those before and after.
    pub generation: i64,
}

/// An account.
#[derive(Clone)]
pub struct User {
    pub id: UserId,
    /// Canonical form.
    pub email: String,
    pub email_verified: bool,
    /// In the PHC string format; `None` until its owner has chosen a password.
    pub password_hash: Option<String>,
    /// Grows with every password that its owner chooses, and not when the same one is hashed anew.
    pub credential_generation: i64,
    pub names: Names,
    pub status: UserStatus,
    /// Chosen at sign-up, for ever this user's.
    pub personal_organization_id: OrganizationId,
    /// Whether organizations has made the personal organization.
    pub is_provisioned: bool,
    /// Grows with every change that organizations must hear of.
    pub profile_version: i64,
    /// Codes of platform roles, sorted.
    pub roles: Vec<String>,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub last_login: Option<Timestamp>,
}

impl User {
    /// Whether sessions of this account may be opened and used.
    pub fn is_active(&self) -> bool {
        self.status == UserStatus::Active
    }

    /// The password in force.
    pub const fn credential(&self) -> Credential {
        Credential { user_id: self.id, generation: self.credential_generation }
    }

    /// What others know of the owner and a password must not be made of: names, and the address before
    /// the @.
    pub fn known_to_others(&self) -> Vec<&str> {
        let names = [&self.names.first, &self.names.last, &self.names.display];
        names.into_iter().flatten().map(String::as_str).chain(self.email.split('@').next()).collect()
    }

    /// Whether the account holds the platform role, whatever its status.
    pub fn has_role(&self, role: PlatformRole) -> bool {
        self.roles.iter().any(|code| code == role.code())
    }

    /// Whether sign-up came to its end: until its owner has signed in once, the same sign-up may be
    /// repeated, because its answer may have been lost.
    pub const fn has_signed_up(&self) -> bool {
        self.last_login.is_some()
    }
}
