//! What the other services ask, as commands.

use access_policy::Permission;
use contracts::organizations::v1 as proto;
use mail::Address;
use service_kit::{Fields, Refusal};

use crate::domain::ids::UserId;
use crate::domain::roles::RoleGrant;
use crate::domain::user::UserProfile;
use crate::use_cases::add_member::AddMember;
use crate::use_cases::authorize::Authorize;
use crate::use_cases::ensure_personal_organization::EnsurePersonalOrganization;
use crate::use_cases::get_access::GetAccess;

/// Most roles that one grant can name.
const MOST_ROLES: usize = 20;
/// Longest name to show, in characters.
const LONGEST_DISPLAY_NAME: usize = 200;

impl TryFrom<proto::EnsurePersonalOrganizationRequest> for EnsurePersonalOrganization {
    type Error = Refusal;

    fn try_from(message: proto::EnsurePersonalOrganizationRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let profile = profile(&mut fields, message.profile);
        let (Some(organization_id), Some(profile)) = (organization_id, profile) else { return Err(fields.refuse()) };
        Ok(Self { organization_id, profile })
    }
}

impl TryFrom<proto::RecordProfileRequest> for UserProfile {
    type Error = Refusal;

    fn try_from(message: proto::RecordProfileRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        profile(&mut fields, message.profile).ok_or_else(|| fields.refuse())
    }
}

fn profile(fields: &mut Fields, message: Option<proto::UserProfile>) -> Option<UserProfile> {
    let message = fields.check("profile", message.ok_or("must be given"))?;
    let user_id = fields.check("profile.user_id", message.user_id.parse::<UserId>());
    let email = fields.check("profile.email", Address::parse(&message.email));
    let display_name = fields.check_optional("profile.display_name", message.display_name.map(display_name));
    let version = fields.check("profile.version", Ok(message.version).and_then(not_negative));
    Some(UserProfile {
        user_id: user_id?,
        email: email?.canonical().to_owned(),
        display_name: display_name?,
        version: version?,
        is_active: message.is_active,
    })
}

fn display_name(name: String) -> Result<String, &'static str> {
    if name.chars().count() > LONGEST_DISPLAY_NAME || name.chars().any(char::is_control) {
        return Err("must have at most 200 characters and no control characters");
    }
    Ok(name)
}

const fn not_negative(version: i64) -> Result<i64, &'static str> {
    if version < 0 { Err("must not be negative") } else { Ok(version) }
}

impl TryFrom<proto::GetAccessRequest> for GetAccess {
    type Error = Refusal;

    fn try_from(message: proto::GetAccessRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let user_id = fields.check("user_id", message.user_id.parse());
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let (Some(user_id), Some(organization_id)) = (user_id, organization_id) else { return Err(fields.refuse()) };
        Ok(Self { user_id, organization_id })
    }
}

impl TryFrom<proto::AuthorizeRequest> for Authorize {
    type Error = Refusal;

    fn try_from(message: proto::AuthorizeRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let user_id = fields.check("user_id", message.user_id.parse());
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let permission = fields.check("permission", message.permission.parse::<Permission>());
        let grant = match message.grant {
            None => Some(None),
            Some(offer) => grant(&mut fields, &offer).map(Some),
        };
        let (Some(user_id), Some(organization_id), Some(permission), Some(grant)) =
            (user_id, organization_id, permission, grant)
        else {
            return Err(fields.refuse());
        };
        Ok(Self { user_id, organization_id, permission, grant })
    }
}

impl TryFrom<proto::AddMemberRequest> for AddMember {
    type Error = Refusal;

    fn try_from(message: proto::AddMemberRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let join_id = fields.check("join_id", message.join_id.parse());
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let user_id = fields.check("user_id", message.user_id.parse());
        let granted_by = fields.check("granted_by", message.granted_by.parse());
        let grant = grant(&mut fields, &message.grant.unwrap_or_default());
        let (Some(join_id), Some(organization_id), Some(user_id), Some(grant), Some(granted_by)) =
            (join_id, organization_id, user_id, grant, granted_by)
        else {
            return Err(fields.refuse());
        };
        Ok(Self { join_id, organization_id, user_id, grant, granted_by })
    }
}

fn grant(fields: &mut Fields, message: &proto::RoleGrant) -> Option<RoleGrant> {
    if message.role_ids.len() > MOST_ROLES {
        fields.violation("grant.role_ids", "must name at most 20 roles");
        return None;
    }
    let role_ids: Result<Vec<_>, _> = message.role_ids.iter().map(|id| id.parse()).collect();
    let makes_owner = match proto::OrgRole::try_from(message.role) {
        Ok(role) => Ok(role == proto::OrgRole::Owner),
        Err(_) => Err("must be owner or member"),
    };
    let role_ids = fields.check("grant.role_ids", role_ids);
    let makes_owner = fields.check("grant.role", makes_owner);
    Some(RoleGrant { role_ids: role_ids?, makes_owner: makes_owner? })
}
