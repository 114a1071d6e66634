//! Requests about members and roles, as commands.

use std::collections::HashSet;

use access_policy::{LONGEST_ROLE_CODE, MOST_ROLES};
use contracts::organizations::v1 as proto;
use service_kit::pages::PageTokens;
use service_kit::{Fields, Refusal};

use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::member::{MemberFilter, MemberStatus};
use crate::use_cases::explain_access::ExplainAccess;
use crate::use_cases::list_members::{self, ListMembers};
use crate::use_cases::list_roles::{self, ListRoles};
use crate::use_cases::remove_member::RemoveMember;
use crate::use_cases::set_member_role::SetMemberRole;
use crate::use_cases::set_member_roles::SetMemberRoles;
use crate::use_cases::set_member_status::SetMemberStatus;
use crate::wire::organization_id;
use crate::wire::search::search;

/// Reads which page of members is asked for.
pub fn list_members(message: proto::ListMembersRequest, tokens: &PageTokens) -> Result<ListMembers, Refusal> {
    let organization_id = organization_id(&message.organization_id)?;
    let filter = member_filter(message.filter.unwrap_or_default())?;
    let scope = list_members::scope(organization_id, &filter);
    let page = tokens.parse(&scope, message.page_size, &message.page_token)?;
    Ok(ListMembers { organization_id, filter, page })
}

fn member_filter(message: proto::MemberFilter) -> Result<MemberFilter, Refusal> {
    let mut fields = Fields::default();
    let search = fields.check("filter.search", search(&message.search));
    let status = match message.status() {
        _ if proto::MemberStatus::try_from(message.status).is_err() => Err("must be active or suspended"),
        proto::MemberStatus::Unspecified => Ok(None),
        proto::MemberStatus::Active => Ok(Some(MemberStatus::Active)),
        proto::MemberStatus::Suspended => Ok(Some(MemberStatus::Suspended)),
    };
    let status = fields.check("filter.status", status);
    let role_code = match message.role_code {
        code if code.len() > LONGEST_ROLE_CODE => Err("must be the code of a role"),
        code => Ok(Some(code).filter(|code| !code.is_empty())),
    };
    let role_code = fields.check("filter.role_code", role_code);
    let (Some(search), Some(status), Some(role_code)) = (search, status, role_code) else {
        return Err(fields.refuse());
    };
    Ok(MemberFilter { search, role_code, status })
}

/// Reads which page of roles is asked for.
pub fn list_roles(message: &proto::ListRolesRequest, tokens: &PageTokens) -> Result<ListRoles, Refusal> {
    let organization_id = organization_id(&message.organization_id)?;
    let scope = list_roles::scope(organization_id);
    let page = tokens.parse(&scope, message.page_size, &message.page_token)?;
    Ok(ListRoles { organization_id, page })
}

impl TryFrom<proto::SetMemberRoleRequest> for SetMemberRole {
    type Error = Refusal;

    fn try_from(message: proto::SetMemberRoleRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let member = member(&mut fields, &message.organization_id, &message.user_id);
        let makes_owner = match message.role() {
            proto::OrgRole::Owner => Ok(true),
            proto::OrgRole::Member => Ok(false),
            proto::OrgRole::Unspecified => Err("must be owner or member"),
        };
        let makes_owner = fields.check("role", makes_owner);
        let (Some((organization_id, user_id)), Some(makes_owner)) = (member, makes_owner) else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, user_id, makes_owner })
    }
}

impl TryFrom<proto::SetMemberRolesRequest> for SetMemberRoles {
    type Error = Refusal;

    fn try_from(message: proto::SetMemberRolesRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let member = member(&mut fields, &message.organization_id, &message.user_id);
        let role_codes = fields.check("role_codes", role_codes(message.role_codes));
        let (Some((organization_id, user_id)), Some(role_codes)) = (member, role_codes) else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, user_id, role_codes })
    }
}

fn role_codes(codes: Vec<String>) -> Result<Vec<String>, String> {
    if !(1..=MOST_ROLES).contains(&codes.len()) {
        return Err(format!("must name 1 to {MOST_ROLES} roles; a member always holds one"));
    }
    let distinct: HashSet<&String> = codes.iter().collect();
    if distinct.len() < codes.len() {
        return Err("must name each role once".to_owned());
    }
    Ok(codes)
}

impl TryFrom<proto::SetMemberStatusRequest> for SetMemberStatus {
    type Error = Refusal;

    fn try_from(message: proto::SetMemberStatusRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let member = member(&mut fields, &message.organization_id, &message.user_id);
        let status = match message.status() {
            proto::MemberStatus::Active => Ok(MemberStatus::Active),
            proto::MemberStatus::Suspended => Ok(MemberStatus::Suspended),
            proto::MemberStatus::Unspecified => Err("must be active or suspended"),
        };
        let status = fields.check("status", status);
        let (Some((organization_id, user_id)), Some(status)) = (member, status) else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, user_id, status })
    }
}

impl TryFrom<proto::ExplainAccessRequest> for ExplainAccess {
    type Error = Refusal;

    fn try_from(message: proto::ExplainAccessRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let member = member(&mut fields, &message.organization_id, &message.user_id);
        let permission = fields.check("permission", message.permission.parse());
        let (Some((organization_id, user_id)), Some(permission)) = (member, permission) else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, user_id, permission })
    }
}

impl TryFrom<proto::RemoveMemberRequest> for RemoveMember {
    type Error = Refusal;

    fn try_from(message: proto::RemoveMemberRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let member = member(&mut fields, &message.organization_id, &message.user_id);
        let (organization_id, user_id) = member.ok_or_else(|| fields.refuse())?;
        Ok(Self { organization_id, user_id })
    }
}

fn member(fields: &mut Fields, organization_id: &str, user_id: &str) -> Option<(OrganizationId, UserId)> {
    let organization_id = fields.check("organization_id", organization_id.parse());
    let user_id = fields.check("user_id", user_id.parse());
    organization_id.zip(user_id)
}
