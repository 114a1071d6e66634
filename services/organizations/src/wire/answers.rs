//! Outcomes as messages.

use contracts::organizations::v1 as proto;
use service_kit::pages::Page;

use crate::domain::described::Described;
use crate::domain::explanation::{Explanation, Obstacle};
use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::{OrganizationStatus, OrganizationView};
use crate::domain::permission::{Catalog, Definition, PermissionCode};
use crate::domain::role::Role;
use crate::use_cases::add_member::Added;
use crate::use_cases::authorize::Authorized;
use crate::use_cases::change_membership::ChangedMember;
use crate::use_cases::get_access::Access;
use crate::use_cases::list_organizations_of::MyOrganization;
use crate::use_cases::open_offer::Offered;
use crate::use_cases::register_permissions::Registered;
use crate::use_cases::transfer_ownership::Transferred;
use crate::wire::roles;

impl From<OrganizationStatus> for proto::OrganizationStatus {
    fn from(status: OrganizationStatus) -> Self {
        match status {
            OrganizationStatus::Active => Self::Active,
            OrganizationStatus::Suspended => Self::Suspended,
        }
    }
}

impl From<OrganizationView> for proto::Organization {
    fn from(view: OrganizationView) -> Self {
        let organization = view.organization;
        let status = proto::OrganizationStatus::from(organization.status);
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

/// A member as a message.
pub fn member(member: &Member, catalog: &Catalog) -> proto::Member {
    proto::Member {
        id: member.id.to_string(),
        user_id: member.user_id.to_string(),
        organization_id: member.organization_id.to_string(),
        status: proto::MemberStatus::from(member.status).into(),
        role: roles::org_role(&member.roles).into(),
        roles: roles::messages(&member.roles, catalog),
        joined_at: Some(member.joined.into()),
        user: Some(proto::MemberProfile {
            id: member.user_id.to_string(),
            email: member.email.clone(),
            display_name: member.display_name.clone(),
        }),
    }
}

/// An organization that somebody belongs to, as a message.
pub fn my_organization(MyOrganization { view, member }: &MyOrganization, catalog: &Catalog) -> proto::MyOrganization {
    proto::MyOrganization {
        organization: Some(view.clone().into()),
        status: proto::MemberStatus::from(member.status).into(),
        role: roles::org_role(&member.roles).into(),
        roles: roles::messages(&member.roles, catalog),
        joined_at: Some(member.joined.into()),
    }
}

/// A page as a message.
pub fn page_of_my_organizations(page: Described<Page<MyOrganization>>) -> proto::ListMyOrganizationsResponse {
    let Described { what: page, catalog } = page;
    let organizations = page.entries.iter().map(|entry| my_organization(entry, &catalog)).collect();
    proto::ListMyOrganizationsResponse { organizations, next_page_token: page.next_page_token }
}

/// A page as a message.
pub fn page_of_members(page: Described<Page<Member>>) -> proto::ListMembersResponse {
    let Described { what: page, catalog } = page;
    let members = page.entries.iter().map(|entry| member(entry, &catalog)).collect();
    proto::ListMembersResponse { members, next_page_token: page.next_page_token }
}

/// A page as a message.
pub fn page_of_roles(page: Described<Page<Role>>) -> proto::ListRolesResponse {
    let Described { what: page, catalog } = page;
    let roles = page.entries.iter().map(|role| roles::message(role, &catalog)).collect();
    proto::ListRolesResponse { roles, next_page_token: page.next_page_token }
}

/// A page as a message.
pub fn page_of_permissions(page: Page<Definition>) -> proto::ListAssignablePermissionsResponse {
    let permissions = page.entries.iter().map(roles::permission).collect();
    proto::ListAssignablePermissionsResponse { permissions, next_page_token: page.next_page_token }
}

impl From<Described<ChangedMember>> for proto::SetMemberRoleResponse {
    fn from(Described { what, catalog }: Described<ChangedMember>) -> Self {
        Self { member: Some(member(&what.member, &catalog)), position: what.position }
    }
}

impl From<Described<ChangedMember>> for proto::SetMemberRolesResponse {
    fn from(Described { what, catalog }: Described<ChangedMember>) -> Self {
        Self { member: Some(member(&what.member, &catalog)), position: what.position }
    }
}

impl From<Described<ChangedMember>> for proto::SetMemberStatusResponse {
    fn from(Described { what, catalog }: Described<ChangedMember>) -> Self {
        Self { member: Some(member(&what.member, &catalog)), position: what.position }
    }
}

impl From<Explanation> for proto::ExplainAccessResponse {
    fn from(Explanation { permission, role_codes, obstacle }: Explanation) -> Self {
        let ground = |role_code| proto::AccessGround { role_code, permission: permission.to_string() };
        let missing = obstacle.map(|obstacle| match obstacle {
            Obstacle::Permission => proto::AccessObstacle::Permission,
            Obstacle::MembershipSuspended => proto::AccessObstacle::MembershipSuspended,
            Obstacle::UserSuspended => proto::AccessObstacle::UserSuspended,
            Obstacle::OrganizationSuspended => proto::AccessObstacle::OrganizationSuspended,
        });
        Self {
            allowed: obstacle.is_none(),
            via: role_codes.into_iter().map(ground).collect(),
            missing: missing.map(i32::from),
        }
    }
}

impl From<Registered> for proto::RegisterPermissionsResponse {
    fn from(registered: Registered) -> Self {
        let texts = |codes: &[PermissionCode]| codes.iter().map(ToString::to_string).collect();
        Self {
            permissions: registered.definitions.iter().map(roles::permission).collect(),
            added: texts(&registered.difference.added),
            changed: texts(&registered.difference.changed),
            pruned: texts(&registered.difference.pruned),
            position: registered.position,
        }
    }
}

impl From<Transferred> for proto::TransferOwnershipResponse {
    fn from(transferred: Transferred) -> Self {
        Self { organization: Some(transferred.view.into()), position: transferred.position }
    }
}

impl From<Access> for proto::GetAccessResponse {
    fn from(access: Access) -> Self {
        Self {
            organization: Some(access.view.into()),
            role: roles::org_role(&access.roles).into(),
            role_codes: access.roles.codes(),
            permissions: access.permissions.iter().map(ToString::to_string).collect(),
            position: access.position,
        }
    }
}

impl From<Described<Authorized>> for proto::AuthorizeResponse {
    fn from(Described { what, catalog }: Described<Authorized>) -> Self {
        Self {
            organization: Some(what.view.into()),
            granted_roles: roles::messages(&what.granted, &catalog),
            position: what.position,
        }
    }
}

impl From<Described<Offered>> for proto::OpenOfferResponse {
    fn from(Described { what, catalog }: Described<Offered>) -> Self {
        Self { organization: Some(what.view.into()), granted_roles: roles::messages(&what.granted, &catalog) }
    }
}

impl From<Described<Added>> for proto::AddMemberResponse {
    fn from(Described { what, catalog }: Described<Added>) -> Self {
        Self { member: Some(member(&what.member, &catalog)), organization: Some(what.view.into()) }
    }
}
