//! Finding roles: the single place that knows which roles an organization has.

use std::sync::Arc;

use access_policy::BuiltInRole;

use crate::domain::custom_role::CustomRole;
use crate::domain::denial::Denial;
use crate::domain::ids::RoleId;
use crate::domain::role::Role;

/// The built-in roles, and those of one organization's own that were looked up.
#[derive(Clone, Debug, Default)]
pub struct RoleBook {
    custom: Vec<Arc<CustomRole>>,
}

impl RoleBook {
    /// A book of the built-in roles and these, which are of one organization.
    pub fn with(custom: impl IntoIterator<Item = CustomRole>) -> Self {
        Self { custom: custom.into_iter().map(Arc::new).collect() }
    }

    /// The roles that were looked up.
    pub fn into_roles(self) -> impl Iterator<Item = Role> {
        self.custom.into_iter().map(Role::Custom)
    }

    /// Finds a role by its code.
    pub fn by_code(&self, code: &str) -> Result<Role, Denial> {
        let built_in = BuiltInRole::from_code(code).map(Role::BuiltIn);
        built_in.or_else(|| self.find(|role| role.code.as_str() == code)).ok_or(Denial::RoleNotFound)
    }

    /// Finds a role by its id.
    pub fn by_id(&self, id: RoleId) -> Result<Role, Denial> {
        let built_in = BuiltInRole::from_id(id.uuid()).map(Role::BuiltIn);
        built_in.or_else(|| self.find(|role| role.id == id)).ok_or(Denial::RoleNotFound)
    }

    fn find(&self, is_it: impl Fn(&CustomRole) -> bool) -> Option<Role> {
        self.custom.iter().find(|role| is_it(role)).cloned().map(Role::Custom)
    }
}

/// A custom role for the tests of the domain.
#[cfg(test)]
pub fn custom_role(code: &str, permissions: &[&str]) -> Role {
    use service_kit::Timestamp;
    use uuid::Uuid;

    use crate::domain::custom_role::RoleCode;

    let now = Timestamp::from_millis(0);
    Role::Custom(Arc::new(CustomRole {
        code: RoleCode::parse(code).unwrap(),
        id: Uuid::from_u128(77).into(),
        organization_id: Uuid::from_u128(9).into(),
        name: code.to_owned(),
        description: None,
        permissions: permissions.iter().map(|code| code.parse().unwrap()).collect(),
        created: now,
        updated: now,
    }))
}
