//! The rules of offers: pure, without a database or a wire.

mod caller;
mod cause;
mod invitation;
mod invite_link;
mod limit;
mod mail_delivery;
mod offering;
mod person;
mod record;
mod refused;
mod role;
mod trail;

use service_kit::Id;

pub use caller::Caller;
pub use cause::Cause;
pub use invitation::{Claim, Invitation, State, Status, Step, Way};
pub use invite_link::{InviteLink, Join, Switch};
pub use limit::{Counted, Limit};
pub use mail_delivery::{MailDelivery, MailProblem, MailState};
pub use offering::Offering;
pub use person::Person;
pub use record::Record;
pub use refused::Refused;
pub use role::{Offer, Role};
pub use trail::{Trail, as_members_see};

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
/// Marks ids of joinings, by invitation or by link.
pub enum JoinKind {}

pub type OrganizationId = Id<OrganizationKind>;
pub type UserId = Id<UserKind>;
pub type RoleId = Id<RoleKind>;
pub type InvitationId = Id<InvitationKind>;
pub type InviteLinkId = Id<InviteLinkKind>;
pub type JoinId = Id<JoinKind>;
