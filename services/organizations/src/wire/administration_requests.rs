//! The back office's requests, as commands.

use std::collections::BTreeMap;

use contracts::organizations::v1 as proto;
use service_kit::audit::Reason;
use service_kit::{Fields, Refusal};

use crate::domain::organization::{OrganizationFilter, OrganizationStatus};
use crate::domain::permission::{Definition, is_word};
use crate::domain::registration::Registration;
use crate::domain::roles::RoleGrant;
use crate::use_cases::add_existing_user::AddExistingUser;
use crate::use_cases::register_permissions::RegisterPermissions;
use crate::use_cases::set_organization_status::SetOrganizationStatus;
use crate::wire::access_requests::role_ids;
use crate::wire::search::search;

/// Most permissions that one service can register.
const MOST_PERMISSIONS: usize = 100;
const LONGEST_SERVICE: usize = 40;
const LONGEST_CATEGORY: usize = 40;

/// Reads which organizations to list.
pub fn organization_filter(message: &proto::ListOrganizationsRequest) -> Result<OrganizationFilter, Refusal> {
    let mut fields = Fields::default();
    let search = fields.check("search", search(&message.search));
    let status = match proto::OrganizationStatus::try_from(message.status) {
        Ok(proto::OrganizationStatus::Unspecified) => Ok(None),
        Ok(proto::OrganizationStatus::Active) => Ok(Some(OrganizationStatus::Active)),
        Ok(proto::OrganizationStatus::Suspended) => Ok(Some(OrganizationStatus::Suspended)),
        Err(_) => Err("must be active or suspended"),
    };
    let status = fields.check("status", status);
    let (Some(search), Some(status)) = (search, status) else { return Err(fields.refuse()) };
    Ok(OrganizationFilter { search, status })
}

/// Reads which organization gets which status, and why.
pub fn set_organization_status(
    organization_id: &str,
    status: OrganizationStatus,
    reason: Option<&str>,
) -> Result<SetOrganizationStatus, Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", organization_id.parse());
    let reason = fields.check("reason", Reason::parse(reason.unwrap_or_default()));
    let (Some(organization_id), Some(reason)) = (organization_id, reason) else { return Err(fields.refuse()) };
    Ok(SetOrganizationStatus { organization_id, status, reason })
}

impl TryFrom<proto::AddExistingUserRequest> for AddExistingUser {
    type Error = Refusal;

    fn try_from(message: proto::AddExistingUserRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let user_id = fields.check("user_id", message.user_id.parse());
        let role_ids = role_ids(&mut fields, "role_ids", &message.role_ids);
        let (Some(organization_id), Some(user_id), Some(role_ids)) = (organization_id, user_id, role_ids) else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, user_id, grant: RoleGrant { role_ids, makes_owner: false } })
    }
}

impl TryFrom<proto::RegisterPermissionsRequest> for RegisterPermissions {
    type Error = Refusal;

    fn try_from(message: proto::RegisterPermissionsRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        if !is_service(&message.service) {
            fields.violation("service", "must be 2 to 40 lower-case letters, digits and hyphens");
        }
        if message.permissions.len() > MOST_PERMISSIONS {
            fields.violation("permissions", "must be at most 100");
            return Err(fields.refuse());
        }
        let mut definitions = BTreeMap::new();
        for (index, permission) in message.permissions.into_iter().enumerate() {
            let path = format!("permissions[{index}]");
            let Some(definition) = definition(&mut fields, &path, permission, &message.service) else { continue };
            if definitions.insert(definition.code.clone(), definition).is_some() {
                fields.violation(&format!("{path}.code"), "must be named once");
            }
        }
        if !fields.is_clean() {
            return Err(fields.refuse());
        }
        let registration = Registration { service: message.service, definitions };
        Ok(Self { registration, is_forced: message.force })
    }
}

fn is_service(text: &str) -> bool {
    (2..=LONGEST_SERVICE).contains(&text.len()) && is_word(text) && !text.contains('_')
}

fn definition(
    fields: &mut Fields,
    path: &str,
    message: proto::PermissionDefinition,
    service: &str,
) -> Option<Definition> {
    let code = fields.check(&format!("{path}.code"), message.code.parse());
    let name = fields.check(&format!("{path}.name"), Definition::parse_name(&message.name));
    let description = message.description.unwrap_or_default();
    let description = fields.check(&format!("{path}.description"), Definition::parse_description(&description));
    let category = message.category.unwrap_or_else(|| service.to_owned());
    let category = match category.len() <= LONGEST_CATEGORY && is_word(&category) {
        true => Ok(category),
        false => Err("must be 1 to 40 lower-case letters, digits, hyphens and underscores"),
    };
    let category = fields.check(&format!("{path}.category"), category);
    Some(Definition {
        code: code?,
        name: name?,
        description: description?,
        category: category?,
        is_org_assignable: message.org_assignable,
    })
}
