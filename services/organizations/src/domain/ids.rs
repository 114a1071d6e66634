//! The identifiers of this service's things.

use service_kit::Id;

/// What the ids are ids of. Nothing is ever one of these.
pub mod kind {
    /// An organization.
    pub enum Organization {}
    /// A membership of an organization.
    pub enum Membership {}
    /// A user; users are made by identity.
    pub enum User {}
    /// A role.
    pub enum Role {}
    /// One act of joining, for example an accepted invitation.
    pub enum Joining {}
    /// Roles that somebody offers to somebody else, for example by an invitation.
    pub enum Offer {}
    /// A session that somebody signed in with.
    pub enum Session {}
}

/// Names an organization.
pub type OrganizationId = Id<kind::Organization>;
/// Names a membership.
pub type MembershipId = Id<kind::Membership>;
/// Names a user.
pub type UserId = Id<kind::User>;
/// Names a role.
pub type RoleId = Id<kind::Role>;
/// Names an act of joining.
pub type JoinId = Id<kind::Joining>;
/// Names an offer.
pub type OfferId = Id<kind::Offer>;
/// Names a session.
pub type SessionId = Id<kind::Session>;
