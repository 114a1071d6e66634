//! What a user is in an organization, as a token says it.

use token_verification::OrgRole;

use crate::domain::user::{OrganizationId, User};

/// A user's place in one organization, as organizations answered it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub organization_id: OrganizationId,
    pub slug: String,
    pub name: String,
    pub is_personal: bool,
    pub role: OrgRole,
    /// Codes of the roles held there.
    pub role_codes: Vec<String>,
    /// Codes of what they permit.
    pub permissions: Vec<String>,
    /// Position of organizations in the snapshot that this was read in.
    pub position: i64,
}

impl Standing {
    /// Codes of every role that counts while the user acts for the organization: those of the
    /// platform, then those held there.
    pub fn roles_of(&self, user: &User) -> Vec<String> {
        let mut roles = user.roles.clone();
        roles.extend(self.role_codes.iter().filter(|code| !user.roles.contains(code)).cloned());
        roles
    }
}
