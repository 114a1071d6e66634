//! Why something is not done.

use crate::domain::ids::OrganizationId;
use crate::domain::permission::PermissionCode;

/// The reasons of this service, in its own words. The sentences for people are chosen at the edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// No such organization, or none that the caller belongs to: the two must look alike.
    OrganizationNotFound,
    /// The caller's own membership is suspended.
    MembershipSuspended,
    /// The organization is suspended.
    OrganizationSuspended,
    /// The account is suspended: the caller's, or that of whoever is to belong.
    UserSuspended,
    /// The caller's roles do not hold the permission.
    PermissionMissing {
        /// What is asked for.
        required: PermissionCode,
        /// Codes of the roles held instead.
        held_roles: Vec<String>,
    },
    /// Only an owner may, and the caller is none.
    OwnersOnly {
        /// Codes of the roles held instead.
        held_roles: Vec<String>,
    },
    /// The member or the role holds more than the caller.
    AboveCaller,
    /// Not with a personal organization.
    PersonalOrganization,
    /// No active owner would remain.
    LastOwner,
    /// The user is the only owner of these organizations, which have other members.
    SoleOwner(Vec<BlockingOrganization>),
    /// Others still belong to the organization.
    HasOtherMembers,
    /// The user belongs to the organization already.
    AlreadyAMember,
    /// The user does not belong to the organization.
    MemberNotFound,
    /// No such role.
    RoleNotFound,
    /// The organization has a role of this code.
    RoleExists,
    /// Somebody holds the role, or somebody is offered it.
    RoleInUse,
    /// Built-in roles are as they are.
    RoleIsBuiltIn,
    /// The organization has as many custom roles as it may have.
    TooManyRoles,
    /// No such permission in the catalog.
    UnknownPermission,
    /// Custom roles may not hold the permission.
    NotAssignable(PermissionCode),
    /// The permission is another service's, or the core's.
    PermissionTaken(PermissionCode),
    /// Custom roles hold these permissions, and nobody said to take them away.
    PermissionsHeld(Vec<PermissionCode>),
    /// The registered permissions would not fit into a token.
    CatalogFull,
    /// The slice of the catalog is the product's own.
    CoreSlice,
    /// The caller's account or platform role does not stand any more.
    NotOfTheBackOffice,
    /// It takes `system_admin`.
    SystemAdminsOnly,
    /// Another organization has the slug.
    SlugTaken,
    /// Another thing has the id that was chosen for an organization.
    IdTaken,
    /// Nobody knows the user, or the user has gone for good.
    UserNotFound,
    /// Whoever offered the membership may no longer do so.
    OfferWithdrawn(Withdrawal),
    /// The joining happened before and its membership has ended since.
    OfferUsed,
    /// Nobody changes the status of their own membership.
    OwnStatus,
    /// Ownership is not transferred to oneself.
    OwnTransfer,
}

/// Why somebody may no longer offer what they offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// They do not belong to the organization any more.
    Left,
    /// Their membership, their account or their roles no longer let them invite.
    MayNotInvite,
    /// What they offered holds more than they do.
    BeyondReach,
}

impl From<Denial> for Withdrawal {
    /// What they would be told themselves.
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::OrganizationNotFound => Self::Left,
            Denial::AboveCaller => Self::BeyondReach,
            _ => Self::MayNotInvite,
        }
    }
}

/// An organization that keeps its only owner from going.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockingOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
}
