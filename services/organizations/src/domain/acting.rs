//! Who may act for an organization, and how far their authority reaches.

use crate::domain::denial::Denial;
use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::{Organization, OrganizationStatus};
use crate::domain::permission::PermissionCode;
use crate::domain::roles::Roles;

/// Whoever wants something of the organization.
#[derive(Clone, Debug)]
pub enum Somebody {
    /// A user, with their membership if there is one.
    User(Option<Member>),
    /// Somebody of the back office.
    BackOffice,
}

impl Somebody {
    /// The membership.
    pub const fn member(&self) -> Option<&Member> {
        match self {
            Self::User(member) => member.as_ref(),
            Self::BackOffice => None,
        }
    }

    /// The same as somebody who can act for the organization, if they can.
    pub fn acting(&self, organization: &Organization) -> Result<Acting<'_>, Denial> {
        match self {
            Self::User(member) => Acting::member(organization, member.as_ref()),
            Self::BackOffice => Ok(Acting::BackOffice),
        }
    }
}

/// Somebody who can change things about the organization at this moment.
#[derive(Clone, Copy)]
pub enum Acting<'scene> {
    /// A member, as far as the member's roles reach.
    Member(&'scene Member),
    /// Somebody of the back office, who is above every role.
    BackOffice,
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
    fn member(organization: &Organization, member: Option<&'scene Member>) -> Result<Self, Denial> {
        let member = admit(organization, member)?;
        if !member.has_active_account {
            return Err(Denial::UserSuspended);
        }
        Ok(Self::Member(member))
    }

    /// Asks for a permission.
    pub fn require(&self, required: impl Into<PermissionCode>) -> Result<(), Denial> {
        let Self::Member(member) = self else { return Ok(()) };
        let required = required.into();
        if member.roles.permit(&required) {
            return Ok(());
        }
        Err(Denial::PermissionMissing { required, held_roles: member.roles.codes() })
    }

    /// Asks for ownership.
    pub fn require_ownership(&self) -> Result<(), Denial> {
        match self {
            Self::Member(member) if !member.roles.make_owner() => {
                Err(Denial::OwnersOnly { held_roles: member.roles.codes() })
            }
            _ => Ok(()),
        }
    }

    /// Asks that these roles, held or offered, hold no more than the member's own.
    pub fn require_reach_over(&self, roles: &Roles) -> Result<(), Denial> {
        match self {
            Self::Member(member) if !roles.are_within(&member.roles) => Err(Denial::AboveCaller),
            _ => Ok(()),
        }
    }

    /// Whether it is a member who acts.
    pub const fn is_member(&self) -> bool {
        matches!(self, Self::Member(_))
    }

    /// Whether it is this member who acts.
    pub fn is(&self, member: &Member) -> bool {
        matches!(self, Self::Member(acting) if acting.user_id == member.user_id)
    }
}
