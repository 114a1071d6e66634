//! Where somebody stands in an organization.

use crate::domain::acting::Acting;
use crate::domain::denial::Denial;
use crate::domain::member::Member;
use crate::domain::organization::Organization;

/// An organization that exists, and a user's membership of it if there is one.
pub struct Standing {
    /// The organization.
    pub organization: Organization,
    /// The membership.
    pub member: Option<Member>,
}

impl Standing {
    /// The user as somebody who acts for the organization.
    pub fn acting(&self) -> Result<Acting<'_>, Denial> {
        Acting::of(&self.organization, self.member.as_ref())
    }
}
