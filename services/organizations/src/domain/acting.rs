//! Who may act for an organization, and how far their authority reaches.

use access_policy::Permission;

use crate::domain::denial::Denial;
use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::{Organization, OrganizationStatus};
use crate::domain::roles::Roles;

/// A member who can act for the organization at this moment.
pub struct Acting<'scene> {
    /// The member.
    pub member: &'scene Member,
}

/// Whether the membership is usable: what tokens may say. Strangers learn nothing.
pub fn admit<'scene>(organization: &Organization, member: Option<&'scene Member>) -> Result<&'scene Member, Denial> {
    let member = member.ok_or(Denial::OrganizationNotFound)?;
    if member.status == MemberStatus::Suspended {
        return Err(Denial::MembershipSuspended);
    }
    if organization.status == OrganizationStatus::Suspended {
        return Err(Denial::OrganizationSuspended);
    }
    Ok(member)
}

impl<'scene> Acting<'scene> {
    /// A usable membership of a user whose account is in use.
    pub fn of(organization: &Organization, member: Option<&'scene Member>) -> Result<Self, Denial> {
        let member = admit(organization, member)?;
        if !member.has_active_account {
            return Err(Denial::UserSuspended);
        }
        Ok(Self { member })
    }

    /// Asks for a permission.
    pub fn require(&self, required: Permission) -> Result<(), Denial> {
        if self.member.roles.permit(required) {
            return Ok(());
        }
        Err(Denial::PermissionMissing { required, held_roles: self.member.roles.codes() })
    }

    /// Asks for ownership.
    pub fn require_ownership(&self) -> Result<(), Denial> {
        if self.member.roles.make_owner() {
            return Ok(());
        }
        Err(Denial::OwnersOnly { held_roles: self.member.roles.codes() })
    }

    /// Asks that these roles, held or offered, hold no more than the member's own.
    pub fn require_reach_over(&self, roles: &Roles) -> Result<(), Denial> {
        if roles.are_within(&self.member.roles) { Ok(()) } else { Err(Denial::AboveCaller) }
    }
}
