//! Members.

use contracts::organizations::v1 as proto;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, filled};
use super::instant::Instant;
use super::role::Role;

/// A user's membership of an organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct Member {
    /// Of the membership.
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    user_id: String,
    #[schema(format = Uuid)]
    organization_id: String,
    status: MemberStatus,
    role: OrgRole,
    roles: Vec<Role>,
    joined_at: Instant,
    user: MemberProfile,
}

/// What fellow members see of a user.
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberProfile {
    #[schema(format = Uuid)]
    id: String,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
}

/// Whether a membership gives any right.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MemberStatus {
    Active,
    Suspended,
}

/// `owner` holds the role org_owner, `member` does not.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrgRole {
    Owner,
    Member,
}

impl TryFrom<proto::Member> for Member {
    type Error = Incomplete;

    fn try_from(member: proto::Member) -> Result<Self, Incomplete> {
        let (status, role) = (member.status().try_into()?, member.role().try_into()?);
        let user = filled(member.user, "the member's user")?;
        Ok(Self {
            id: member.id,
            user_id: member.user_id,
            organization_id: member.organization_id,
            status,
            role,
            roles: each(member.roles)?,
            joined_at: Instant::of(member.joined_at, "the member's joined_at")?,
            user: MemberProfile { id: user.id, email: user.email, display_name: user.display_name },
        })
    }
}

impl TryFrom<proto::MemberStatus> for MemberStatus {
    type Error = Incomplete;

    fn try_from(status: proto::MemberStatus) -> Result<Self, Incomplete> {
        let status = match status {
            proto::MemberStatus::Active => Some(Self::Active),
            proto::MemberStatus::Suspended => Some(Self::Suspended),
            proto::MemberStatus::Unspecified => None,
        };
        filled(status, "the membership's status")
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

impl TryFrom<proto::OrgRole> for OrgRole {
    type Error = Incomplete;

    fn try_from(role: proto::OrgRole) -> Result<Self, Incomplete> {
        let role = match role {
            proto::OrgRole::Owner => Some(Self::Owner),
            proto::OrgRole::Member => Some(Self::Member),
            proto::OrgRole::Unspecified => None,
        };
        filled(role, "the role")
    }
}

impl From<OrgRole> for proto::OrgRole {
    fn from(role: OrgRole) -> Self {
        match role {
            OrgRole::Owner => Self::Owner,
            OrgRole::Member => Self::Member,
        }
    }
}

impl From<token_verification::OrgRole> for OrgRole {
    fn from(role: token_verification::OrgRole) -> Self {
        match role {
            token_verification::OrgRole::Owner => Self::Owner,
            token_verification::OrgRole::Member => Self::Member,
        }
    }
}

/// A page of members, by the time of joining.
#[derive(Serialize, ToSchema)]
pub(crate) struct Members {
    members: Vec<Member>,
    /// Empty at the end.
    next_page_token: String,
}

impl Members {
    pub(crate) fn of(members: Vec<proto::Member>, next_page_token: String) -> Result<Self, Incomplete> {
        Ok(Self { members: each(members)?, next_page_token })
    }
}
