//! Outcomes as messages.

use contracts::organizations::v1 as proto;
use service_kit::pages::Page;

use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::{OrganizationStatus, OrganizationView};
use crate::domain::role::Role;
use crate::use_cases::add_member::Added;
use crate::use_cases::authorize::Authorized;
use crate::use_cases::change_membership::ChangedMember;
use crate::use_cases::get_access::Access;
use crate::use_cases::list_my_organizations::MyOrganization;
use crate::use_cases::transfer_ownership::Transferred;
use crate::wire::roles;

impl From<OrganizationView> for proto::Organization {
    fn from(view: OrganizationView) -> Self {
        let organization = view.organization;
        let status = match organization.status {
            OrganizationStatus::Active => proto::OrganizationStatus::Active,
            OrganizationStatus::Suspended => proto::OrganizationStatus::Suspended,
        };
        Self {
            id: organization.id.to_string(),
            is_personal: organization.is_personal(),
            name: organization.name,
            slug: organization.slug,
            status: status.into(),
            owner_id: view.owner_id.map(|owner| owner.to_string()).unwrap_or_default(),
            profile: Some(organization.profile.into()),
            created_at: Some(organization.created.into()),
            updated_at: Some(organization.updated.into()),
        }
    }
}

impl From<MemberStatus> for proto::MemberStatus {
    fn from(status: MemberStatus) -> Self {
        match status {
            MemberStatus::Active => Self::Active,
            MemberStatus::Suspended => Self::Suspended,
        }
    }
}

impl From<Member> for proto::Member {
    fn from(member: Member) -> Self {
        Self {
            id: member.id.to_string(),
            user_id: member.user_id.to_string(),
            organization_id: member.organization_id.to_string(),
            status: proto::MemberStatus::from(member.status).into(),
            role: roles::org_role(&member.roles).into(),
            roles: roles::messages(&member.roles),
            joined_at: Some(member.joined.into()),
            user: Some(proto::MemberProfile {
                id: member.user_id.to_string(),
                email: member.email,
                display_name: member.display_name,
            }),
        }
    }
}

impl From<MyOrganization> for proto::MyOrganization {
    fn from(MyOrganization { view, member }: MyOrganization) -> Self {
        Self {
            organization: Some(view.into()),
            status: proto::MemberStatus::from(member.status).into(),
            role: roles::org_role(&member.roles).into(),
            roles: roles::messages(&member.roles),
            joined_at: Some(member.joined.into()),
        }
    }
}

/// A page as a message.
pub fn page_of_my_organizations(page: Page<MyOrganization>) -> proto::ListMyOrganizationsResponse {
    let organizations = page.entries.into_iter().map(Into::into).collect();
    proto::ListMyOrganizationsResponse { organizations, next_page_token: page.next_page_token }
}

/// A page as a message.
pub fn page_of_members(page: Page<Member>) -> proto::ListMembersResponse {
    let members = page.entries.into_iter().map(Into::into).collect();
    proto::ListMembersResponse { members, next_page_token: page.next_page_token }
}

/// A page as a message.
pub fn page_of_roles(page: Page<Role>) -> proto::ListRolesResponse {
    let roles = page.entries.iter().map(Into::into).collect();
    proto::ListRolesResponse { roles, next_page_token: page.next_page_token }
}

impl From<ChangedMember> for proto::SetMemberRoleResponse {
    fn from(changed: ChangedMember) -> Self {
        Self { member: Some(changed.member.into()), position: changed.position }
    }
}

impl From<ChangedMember> for proto::SetMemberRolesResponse {
    fn from(changed: ChangedMember) -> Self {
        Self { member: Some(changed.member.into()), position: changed.position }
    }
}

impl From<ChangedMember> for proto::SetMemberStatusResponse {
    fn from(changed: ChangedMember) -> Self {
        Self { member: Some(changed.member.into()), position: changed.position }
    }
}

impl From<Transferred> for proto::TransferOwnershipResponse {
    fn from(transferred: Transferred) -> Self {
        Self { organization: Some(transferred.view.into()), position: transferred.position }
    }
}

impl From<Access> for proto::GetAccessResponse {
    fn from(access: Access) -> Self {
        let mut permissions: Vec<String> =
            access.roles.permissions().into_iter().map(|permission| permission.code().to_owned()).collect();
        permissions.sort_unstable();
        Self {
            organization: Some(access.view.into()),
            role: roles::org_role(&access.roles).into(),
            role_codes: access.roles.codes().into_iter().map(str::to_owned).collect(),
            permissions,
            position: access.position,
        }
    }
}

impl From<Authorized> for proto::AuthorizeResponse {
    fn from(authorized: Authorized) -> Self {
        Self {
            organization: Some(authorized.view.into()),
            granted_roles: roles::messages(&authorized.granted),
            position: authorized.position,
        }
    }
}

impl From<Added> for proto::AddMemberResponse {
    fn from(added: Added) -> Self {
        Self { member: Some(added.member.into()), organization: Some(added.view.into()) }
    }
}
