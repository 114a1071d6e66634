//! What an organization's own roles lose when permissions leave the catalog.

use std::collections::BTreeSet;

use crate::domain::custom_role::RoleCode;
use crate::domain::ids::OrganizationId;
use crate::domain::permission::PermissionCode;

/// The loss of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Whose.
    pub organization_id: OrganizationId,
    /// The roles that hold less afterwards.
    pub roles: BTreeSet<RoleCode>,
    /// What one or another of them held.
    pub permissions: BTreeSet<PermissionCode>,
}
