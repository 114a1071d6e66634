//! One role, and finding it: the single place that knows which roles there are.

use access_policy::{BuiltInRole, Permission};
use service_kit::Timestamp;

use crate::domain::denial::Denial;
use crate::domain::ids::RoleId;

/// 2026-01-01T00:00:00Z, shown as the time at which the built-in roles were made.
const FIRST_RELEASE: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// A role that members of an organization can hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Role(BuiltInRole);

impl Role {
    /// The role that makes an owner.
    pub const fn owner() -> Self {
        Self(BuiltInRole::Owner)
    }

    /// The role of whoever merely belongs.
    pub const fn member() -> Self {
        Self(BuiltInRole::Member)
    }

    /// Every role of an organization, built-in ones first.
    pub fn all() -> Vec<Self> {
        BuiltInRole::ALL.map(Self).to_vec()
    }

    /// Finds a role by its code.
    pub fn by_code(code: &str) -> Result<Self, Denial> {
        BuiltInRole::from_code(code).map(Self).ok_or(Denial::RoleNotFound)
    }

    /// Finds a role by its id.
    pub fn by_id(id: RoleId) -> Result<Self, Denial> {
        BuiltInRole::from_id(id.uuid()).map(Self).ok_or(Denial::RoleNotFound)
    }

    /// Its id.
    pub fn id(&self) -> RoleId {
        self.0.id().into()
    }

    /// Its short name.
    pub const fn code(&self) -> &'static str {
        self.0.code()
    }

    /// The name that people see.
    pub const fn name(&self) -> &'static str {
        self.0.name()
    }

    /// What it is for.
    pub const fn description(&self) -> &'static str {
        self.0.description()
    }

    /// What its holders may do.
    pub const fn permissions(&self) -> &'static [Permission] {
        self.0.permissions()
    }

    /// When it was made.
    pub const fn created(&self) -> Timestamp {
        FIRST_RELEASE
    }
}
