//! Requests about roles, as commands.

use std::collections::BTreeSet;

use contracts::organizations::v1 as proto;
use service_kit::{Fields, Refusal};

use crate::domain::custom_role::{CustomRoleChange, RoleCode};
use crate::domain::ids::{OrganizationId, RoleId};
use crate::domain::permission::{Definition, PermissionCode};
use crate::use_cases::create_role::CreateRole;
use crate::use_cases::update_role::UpdateRole;

/// Most permissions that a role can hold.
const MOST_PERMISSIONS: usize = 200;

/// Reads which role of which organization.
pub fn role_path(organization_id: &str, role_id: &str) -> Result<(OrganizationId, RoleId), Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", organization_id.parse());
    let role_id = fields.check("role_id", role_id.parse());
    organization_id.zip(role_id).ok_or_else(|| fields.refuse())
}

impl TryFrom<proto::CreateRoleRequest> for CreateRole {
    type Error = Refusal;

    fn try_from(message: proto::CreateRoleRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let code = fields.check("code", RoleCode::parse(&message.code));
        let name = fields.check("name", Definition::parse_name(&message.name));
        let description = message.description.unwrap_or_default();
        let description = fields.check("description", Definition::parse_description(&description));
        let permissions = fields.check("permission_codes", permission_codes(&message.permission_codes));
        let (Some(organization_id), Some(code), Some(name), Some(description), Some(permissions)) =
            (organization_id, code, name, description, permissions)
        else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, code, name, description, permissions })
    }
}

impl TryFrom<proto::UpdateRoleRequest> for UpdateRole {
    type Error = Refusal;

    fn try_from(message: proto::UpdateRoleRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let role_id = fields.check("role_id", message.role_id.parse());
        let name = fields.check_optional("name", message.name.as_deref().map(Definition::parse_name));
        let description = message.description.as_deref().map(Definition::parse_description);
        let description = fields.check_optional("description", description);
        let permissions = message.permissions.map(|set| permission_codes(&set.codes));
        let permissions = fields.check_optional("permissions.codes", permissions);
        let (Some(organization_id), Some(role_id), Some(name), Some(description), Some(permissions)) =
            (organization_id, role_id, name, description, permissions)
        else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, role_id, change: CustomRoleChange { name, description, permissions } })
    }
}

fn permission_codes(codes: &[String]) -> Result<BTreeSet<PermissionCode>, String> {
    if codes.len() > MOST_PERMISSIONS {
        return Err("must name at most 200 permissions".to_owned());
    }
    let parsed: Result<BTreeSet<PermissionCode>, _> = codes.iter().map(|code| code.parse()).collect();
    let parsed = parsed.map_err(|_| "must name permissions such as org:members:read".to_owned())?;
    if parsed.len() < codes.len() {
        return Err("must name each permission once".to_owned());
    }
    Ok(parsed)
}
