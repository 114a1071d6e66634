//! The changes that touch who owns an organization and who belongs to it.

use crate::domain::member::MemberStatus;

/// What somebody wants to do to a member of an organization, or to the organization as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MembershipChange {
    /// Hold org_owner beside the other roles.
    BecomeOwner,
    /// Hold the other roles alone.
    CeaseToBeOwner,
    /// Hold exactly the roles with these codes.
    HoldRoles(Vec<String>),
    /// Have this status.
    HaveStatus(MemberStatus),
    /// Be removed by somebody.
    BeRemoved,
    /// Go by oneself.
    Leave,
    /// Become an owner in the place of whoever says so.
    TakeOver,
    /// Go because the account ends; the organization ends with its only member.
    Depart,
    /// The same, but an organization left without an owner goes to its heir or ends.
    DepartHandingOver,
    /// Stay, but no longer count as an owner, because the account goes out of use.
    StopCounting,
    /// End the organization.
    EndOrganization,
}
