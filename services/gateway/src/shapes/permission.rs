//! What roles can allow.

use contracts::organizations::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

/// One thing that a role can allow.
#[derive(Serialize, ToSchema)]
pub(crate) struct Permission {
    /// For example `org:members:invite`.
    code: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    resource: String,
    action: String,
    category: String,
    /// Whether a custom role may hold it.
    org_assignable: bool,
}

impl From<proto::Permission> for Permission {
    fn from(permission: proto::Permission) -> Self {
        Self {
            code: permission.code,
            name: permission.name,
            description: permission.description,
            resource: permission.resource,
            action: permission.action,
            category: permission.category,
            org_assignable: permission.org_assignable,
        }
    }
}

/// What a custom role may hold, by code.
#[derive(Serialize, ToSchema)]
pub(crate) struct Permissions {
    permissions: Vec<Permission>,
    /// Empty at the end.
    next_page_token: String,
}

impl From<proto::ListAssignablePermissionsResponse> for Permissions {
    fn from(answer: proto::ListAssignablePermissionsResponse) -> Self {
        let permissions = answer.permissions.into_iter().map(Permission::from).collect();
        Self { permissions, next_page_token: answer.next_page_token }
    }
}

/// What a registration changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisteredPermissions {
    /// The service's slice of the catalog as it stands, by code.
    permissions: Vec<Permission>,
    /// Codes that are new.
    added: Vec<String>,
    /// Codes whose definition changed.
    changed: Vec<String>,
    /// Codes that are gone.
    pruned: Vec<String>,
}

impl From<proto::RegisterPermissionsResponse> for RegisteredPermissions {
    fn from(answer: proto::RegisterPermissionsResponse) -> Self {
        Self {
            permissions: answer.permissions.into_iter().map(Permission::from).collect(),
            added: answer.added,
            changed: answer.changed,
            pruned: answer.pruned,
        }
    }
}
