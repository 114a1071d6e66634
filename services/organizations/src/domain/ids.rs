//! The identifiers of this service's things.

use service_kit::Id;

use crate::domain::member::Member;
use crate::domain::organization::Organization;
use crate::domain::role::Role;
use crate::domain::user::User;

/// Names an organization.
pub type OrganizationId = Id<Organization>;
/// Names a membership.
pub type MembershipId = Id<Member>;
/// Names a user; users are made by identity.
pub type UserId = Id<User>;
/// Names a role.
pub type RoleId = Id<Role>;

/// One act of joining, for example an accepted invitation.
pub enum Joining {}
/// Names an act of joining.
pub type JoinId = Id<Joining>;
