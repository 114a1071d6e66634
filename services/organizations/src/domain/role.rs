//! One role: built in, or an organization's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use access_policy::BuiltInRole;
use service_kit::Timestamp;

use crate::domain::custom_role::CustomRole;
use crate::domain::ids::{OrganizationId, RoleId};
use crate::domain::permission::{Catalog, PermissionCode};

/// 2026-01-01T00:00:00Z, shown as the time at which the built-in roles were made.
const FIRST_RELEASE: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// A role that members of an organization can hold. Built-in ones come first, the mightiest at the top.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The same in every organization.
    BuiltIn(BuiltInRole),
    /// Made by one organization.
    Custom(Arc<CustomRole>),
}

impl Role {
    /// The role that makes an owner.
    pub const fn owner() -> Self {
        Self::BuiltIn(BuiltInRole::Owner)
    }

    /// The role of whoever merely belongs.
    pub const fn member() -> Self {
        Self::BuiltIn(BuiltInRole::Member)
    }

    /// Its id.
    pub fn id(&self) -> RoleId {
        match self {
            Self::BuiltIn(role) => role.id().into(),
            Self::Custom(role) => role.id,
        }
    }

    /// Its short name.
    pub fn code(&self) -> &str {
        match self {
            Self::BuiltIn(role) => role.code(),
            Self::Custom(role) => role.code.as_str(),
        }
    }

    /// The name that people see.
    pub fn name(&self) -> &str {
        match self {
            Self::BuiltIn(role) => role.name(),
            Self::Custom(role) => &role.name,
        }
    }

    /// What it is for.
    pub fn description(&self) -> Option<&str> {
        match self {
            Self::BuiltIn(role) => Some(role.description()),
            Self::Custom(role) => role.description.as_deref(),
        }
    }

    /// The organization that made it.
    pub fn organization_id(&self) -> Option<OrganizationId> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Custom(role) => Some(role.organization_id),
        }
    }

    /// When it was made.
    pub fn created(&self) -> Timestamp {
        match self {
            Self::BuiltIn(_) => FIRST_RELEASE,
            Self::Custom(role) => role.created,
        }
    }

    /// When it was last changed.
    pub fn updated(&self) -> Timestamp {
        match self {
            Self::BuiltIn(_) => FIRST_RELEASE,
            Self::Custom(role) => role.updated,
        }
    }

    /// Whether it holds whatever the catalog names.
    pub const fn holds_everything(&self) -> bool {
        matches!(self, Self::BuiltIn(role) if role.holds_whole_catalog())
    }

    /// Whether its holders may do this.
    pub fn permits(&self, permission: &PermissionCode) -> bool {
        match self {
            Self::BuiltIn(_) if self.holds_everything() => true,
            Self::BuiltIn(role) => role.permissions().iter().any(|held| held.code() == permission.as_str()),
            Self::Custom(role) => role.permissions.contains(permission),
        }
    }

    /// The permissions that it holds one by one; `None` when it holds everything.
    pub fn named_permissions(&self) -> Option<BTreeSet<PermissionCode>> {
        match self {
            Self::BuiltIn(_) if self.holds_everything() => None,
            Self::BuiltIn(role) => Some(role.permissions().iter().copied().map(PermissionCode::from).collect()),
            Self::Custom(role) => Some(role.permissions.clone()),
        }
    }

    /// What its holders may do.
    pub fn permissions(&self, catalog: &Catalog) -> BTreeSet<PermissionCode> {
        self.named_permissions().unwrap_or_else(|| catalog.codes())
    }
}
