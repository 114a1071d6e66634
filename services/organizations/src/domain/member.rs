//! A user's membership of an organization.

use service_kit::Timestamp;

use crate::domain::ids::{MembershipId, OrganizationId, UserId};
use crate::domain::roles::Roles;
use crate::domain::user::UserProfile;

/// Whether a membership gives any right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberStatus {
    /// The member can act for the organization.
    Active,
    /// The member belongs and can do nothing.
    Suspended,
}

/// Which members to list; what is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberFilter {
    /// A part of the name or address, in any case.
    pub search: Option<String>,
    /// Holders of the role with this code.
    pub role_code: Option<String>,
    /// Memberships of this status.
    pub status: Option<MemberStatus>,
}

/// A membership with what it needs of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Names the membership.
    pub id: MembershipId,
    /// Where.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
    /// Whether it is usable.
    pub status: MemberStatus,
    /// What the member holds.
    pub roles: Roles,
    /// Since when.
    pub joined: Timestamp,
    /// The user's e-mail address.
    pub email: String,
    /// The user's name to show.
    pub display_name: Option<String>,
    /// Whether the user's account is in use.
    pub has_active_account: bool,
}

impl Member {
    /// A user who joins.
    pub fn new(
        id: MembershipId,
        organization_id: OrganizationId,
        user: UserProfile,
        roles: Roles,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            organization_id,
            user_id: user.user_id,
            status: MemberStatus::Active,
            roles,
            joined: now,
            email: user.email,
            display_name: user.display_name,
            has_active_account: user.is_active,
        }
    }

    /// Whether the organization is in this member's hands, a suspended account left aside.
    pub fn is_owner_in_force(&self) -> bool {
        self.status == MemberStatus::Active && self.roles.make_owner()
    }
}
