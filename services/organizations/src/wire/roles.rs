//! Roles and permissions as messages.

use contracts::organizations::v1 as proto;

use crate::domain::permission::{Catalog, Definition};
use crate::domain::role::Role;
use crate::domain::roles::Roles;

/// The coarse role that a set of roles amounts to.
pub fn org_role(roles: &Roles) -> proto::OrgRole {
    if roles.make_owner() { proto::OrgRole::Owner } else { proto::OrgRole::Member }
}

/// Every role of a set, as messages.
pub fn messages(roles: &Roles, catalog: &Catalog) -> Vec<proto::Role> {
    roles.iter().map(|role| message(role, catalog)).collect()
}

/// A role as a message.
pub fn message(role: &Role, catalog: &Catalog) -> proto::Role {
    let kind = match role {
        Role::BuiltIn(_) => proto::RoleType::System,
        Role::Custom(_) => proto::RoleType::Custom,
    };
    let held = role.permissions(catalog);
    proto::Role {
        id: role.id().to_string(),
        code: role.code().to_owned(),
        name: role.name().to_owned(),
        description: role.description().map(str::to_owned),
        r#type: kind.into(),
        organization_id: role.organization_id().map(|id| id.to_string()),
        permissions: held.iter().filter_map(|code| catalog.find(code)).map(permission).collect(),
        created_at: Some(role.created().into()),
        updated_at: Some(role.updated().into()),
    }
}

/// A permission as a message.
pub fn permission(definition: &Definition) -> proto::Permission {
    let code = definition.code.as_str();
    let (resource, action) = code.rsplit_once(':').unwrap_or((code, ""));
    proto::Permission {
        code: code.to_owned(),
        name: definition.name.clone(),
        description: definition.description.clone(),
        resource: resource.to_owned(),
        action: action.to_owned(),
        category: definition.category.clone(),
        org_assignable: definition.is_org_assignable,
    }
}
