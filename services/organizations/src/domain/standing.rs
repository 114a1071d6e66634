//! Where somebody stands in an organization.

use crate::domain::acting::{Acting, Somebody};
use crate::domain::denial::Denial;
use crate::domain::organization::Organization;

/// An organization that exists, and somebody who wants something of it.
pub struct Standing {
    /// The organization.
    pub organization: Organization,
    /// Who.
    pub somebody: Somebody,
}

impl Standing {
    /// The same as somebody who acts for the organization.
    pub fn acting(&self) -> Result<Acting<'_>, Denial> {
        self.somebody.acting(&self.organization)
    }
}
