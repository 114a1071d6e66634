//! Roles and permissions as messages.

use access_policy::Permission;
use contracts::organizations::v1 as proto;

use crate::domain::role::Role;
use crate::domain::roles::Roles;

/// The coarse role that a set of roles amounts to.
pub fn org_role(roles: &Roles) -> proto::OrgRole {
    if roles.make_owner() { proto::OrgRole::Owner } else { proto::OrgRole::Member }
}

/// Every role of a set, as messages.
pub fn messages(roles: &Roles) -> Vec<proto::Role> {
    roles.iter().map(proto::Role::from).collect()
}

impl From<&Role> for proto::Role {
    fn from(role: &Role) -> Self {
        Self {
            id: role.id().to_string(),
            code: role.code().to_owned(),
            name: role.name().to_owned(),
            description: Some(role.description().to_owned()),
            r#type: proto::RoleType::System.into(),
            organization_id: None,
            permissions: role.permissions().iter().copied().map(permission).collect(),
            created_at: Some(role.created().into()),
            updated_at: Some(role.created().into()),
        }
    }
}

fn permission(permission: Permission) -> proto::Permission {
    let code = permission.code();
    let (resource, action) = code.rsplit_once(':').unwrap_or((code, ""));
    proto::Permission {
        code: code.to_owned(),
        name: permission.name().to_owned(),
        description: None,
        resource: resource.to_owned(),
        action: action.to_owned(),
        category: permission.category().to_owned(),
        org_assignable: permission.is_org_assignable(),
    }
}
