//! The rules of offers: pure, without a database or a wire.

mod cause;
mod invitation;
mod invite_link;
mod offering;
mod person;
mod refused;
mod role;

use service_kit::Id;

pub use cause::Cause;
pub use invitation::{Invitation, State, Status, Step, Way};
pub use invite_link::{InviteLink, Join, Switch};
pub use offering::Offering;
pub use person::Person;
pub use refused::Refused;
pub use role::{Offer, Role};

/// Marks ids of organizations.
pub enum OrganizationKind {}
/// Marks ids of users.
pub enum UserKind {}
/// Marks ids of roles.
pub enum RoleKind {}
/// Marks ids of invitations.
pub enum InvitationKind {}
/// Marks ids of links.
pub enum InviteLinkKind {}
/// Marks ids of joinings by link.
pub enum JoinKind {}

pub type OrganizationId = Id<OrganizationKind>;
pub type UserId = Id<UserKind>;
pub type RoleId = Id<RoleKind>;
pub type InvitationId = Id<InvitationKind>;
pub type InviteLinkId = Id<InviteLinkKind>;
pub type JoinId = Id<JoinKind>;
