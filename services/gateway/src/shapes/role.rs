//! Roles.

use contracts::organizations::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, filled};
use super::instant::Instant;
use super::permission::Permission;

/// A named set of permissions that members can hold.
#[derive(Serialize, ToSchema)]
pub(crate) struct Role {
    #[schema(format = Uuid)]
    id: String,
    code: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    r#type: RoleType,
    /// Always true: roles of the platform are not shown as roles of an organization.
    is_org_role: bool,
    /// The organization that made it; absent for built-in roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    organization_id: Option<String>,
    permissions: Vec<Permission>,
    created_at: Instant,
    updated_at: Instant,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoleType {
    System,
    Custom,
}

impl TryFrom<proto::Role> for Role {
    type Error = Incomplete;

    fn try_from(role: proto::Role) -> Result<Self, Incomplete> {
        let r#type = match role.r#type() {
            proto::RoleType::System => Some(RoleType::System),
            proto::RoleType::Custom => Some(RoleType::Custom),
            proto::RoleType::Unspecified => None,
        };
        Ok(Self {
            id: role.id,
            code: role.code,
            name: role.name,
            description: role.description,
            r#type: filled(r#type, "the role's type")?,
            is_org_role: true,
            organization_id: role.organization_id,
            permissions: role.permissions.into_iter().map(Permission::from).collect(),
            created_at: Instant::of(role.created_at, "the role's created_at")?,
            updated_at: Instant::of(role.updated_at, "the role's updated_at")?,
        })
    }
}

/// The built-in roles and the organization's own.
#[derive(Serialize, ToSchema)]
pub(crate) struct Roles {
    roles: Vec<Role>,
    /// Empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::ListRolesResponse> for Roles {
    type Error = Incomplete;

    fn try_from(answer: proto::ListRolesResponse) -> Result<Self, Incomplete> {
        Ok(Self { roles: each(answer.roles)?, next_page_token: answer.next_page_token })
    }
}
