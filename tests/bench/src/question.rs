//! What is asked of every world. A new question is a name, its words and how it is asked.

use contracts::organizations::v1 as proto;
use uuid::Uuid;

use crate::failure::Failure;
use crate::world::{Size, World};

/// One question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Question {
    FirstMembers,
    MiddleMembers,
    LastMembers,
    FirstOrganizations,
    LaterOrganizations,
    GetAccess,
    Authorize,
    SetMemberRoles,
    GetAccessOfPartner,
    SetRolesOfPartner,
}

/// Questions about the same thing that grows.
pub struct Group {
    pub title: &'static str,
    /// What grows, and how much of it a world of this size has.
    pub growing: fn(Size) -> (u64, &'static str),
    pub questions: &'static [Question],
}

impl Question {
    pub const GROUPS: &'static [Group] = &[
        Group {
            title: "ListMembers",
            growing: |size| (size.members, "members"),
            questions: &[Self::FirstMembers, Self::MiddleMembers, Self::LastMembers],
        },
        Group {
            title: "ListMyOrganizations",
            growing: |size| (size.organizations, "organizations"),
            questions: &[Self::FirstOrganizations, Self::LaterOrganizations],
        },
        Group {
            title: "One member of a large organization",
            growing: |size| (size.members, "members"),
            questions: &[Self::GetAccess, Self::Authorize, Self::SetMemberRoles],
        },
        Group {
            title: "One of many owners",
            growing: |size| (size.owners, "owners"),
            questions: &[Self::GetAccessOfPartner, Self::SetRolesOfPartner],
        },
    ];

    pub const fn words(self) -> &'static str {
        match self {
            Self::FirstMembers => "the first page of 50",
            Self::MiddleMembers => "a page of 50 in the middle",
            Self::LastMembers => "the last page of 50",
            Self::FirstOrganizations => "the first page of 10",
            Self::LaterOrganizations => "a page of 4 in the middle",
            Self::GetAccess | Self::GetAccessOfPartner => "GetAccess",
            Self::Authorize => "Authorize",
            Self::SetMemberRoles | Self::SetRolesOfPartner => "SetMemberRoles, there and back",
        }
    }

    /// Asks once; answers how many entries came, which has to be the same in every world.
    pub async fn ask(self, world: &World) -> Result<usize, Failure> {
        let (service, places) = (world.service(), &world.places);
        let members = async |page_token| service.members(places.owner, places.company, 50, page_token).await;
        match self {
            Self::FirstMembers => Ok(members("").await?.0),
            Self::MiddleMembers => Ok(members(&places.middle_members).await?.0),
            Self::LastMembers => Ok(members(&places.last_members).await?.0),
            Self::FirstOrganizations => Ok(service.organizations_of(places.wanderer, 10, "").await?.0),
            Self::LaterOrganizations => {
                Ok(service.organizations_of(places.wanderer, 4, &places.later_organizations).await?.0)
            }
            Self::GetAccess => get_access(world, places.member, places.company).await,
            Self::GetAccessOfPartner => get_access(world, places.partner, places.cooperative).await,
            Self::Authorize => {
                let message = proto::AuthorizeRequest {
                    user_id: places.owner.to_string(),
                    organization_id: places.company.to_string(),
                    permission: "org:members:read".to_owned(),
                    grant: None,
                };
                service.access().authorize(message).await?;
                Ok(1)
            }
            Self::SetMemberRoles => {
                let subject = (places.owner, places.company, places.member);
                set_roles(world, subject, &["org_member", "org_manager"]).await?;
                set_roles(world, subject, &["org_member"]).await
            }
            Self::SetRolesOfPartner => {
                let subject = (places.partner, places.cooperative, places.partner);
                set_roles(world, subject, &["org_owner", "org_manager"]).await?;
                set_roles(world, subject, &["org_owner"]).await
            }
        }
    }
}

async fn get_access(world: &World, user_id: Uuid, organization_id: Uuid) -> Result<usize, Failure> {
    let message =
        proto::GetAccessRequest { user_id: user_id.to_string(), organization_id: organization_id.to_string() };
    Ok(world.service().access().get_access(message).await?.into_inner().role_codes.len())
}

/// The subject is who does it, where, and to whom.
async fn set_roles(
    world: &World,
    (caller, organization_id, user_id): (Uuid, Uuid, Uuid),
    role_codes: &[&str],
) -> Result<usize, Failure> {
    let message = proto::SetMemberRolesRequest {
        organization_id: organization_id.to_string(),
        user_id: user_id.to_string(),
        role_codes: role_codes.iter().map(ToString::to_string).collect(),
    };
    let service = world.service();
    let answer = service.memberships().set_member_roles(service.by(caller, message)).await?.into_inner();
    Ok(answer.member.map_or(0, |member| member.roles.len()))
}
