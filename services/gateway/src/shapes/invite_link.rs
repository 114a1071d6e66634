//! Shareable links.

use contracts::invitations::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, shaped};
use super::instant::Instant;
use super::member::OrgRole;

/// A link that lets people join an organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct InviteLink {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    organization_id: String,
    role: OrgRole,
    role_ids: Vec<String>,
    /// False while it is turned off, and once it was revoked.
    is_active: bool,
    /// True once it is off for good.
    is_revoked: bool,
    /// Absent: any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_uses: Option<i32>,
    uses: i32,
    /// Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
    #[schema(format = Uuid)]
    created_by: String,
    created_at: Instant,
}

impl TryFrom<proto::InviteLink> for InviteLink {
    type Error = Incomplete;

    fn try_from(link: proto::InviteLink) -> Result<Self, Incomplete> {
        Ok(Self {
            role: link.role().try_into()?,
            id: link.id,
            organization_id: link.organization_id,
            role_ids: link.role_ids,
            is_active: link.is_active,
            is_revoked: link.is_revoked,
            max_uses: link.max_uses,
            uses: link.uses,
            expires_at: link.expires_at.map(Instant::from),
            created_by: link.created_by,
            created_at: Instant::of(link.created_at, "the link's created_at")?,
        })
    }
}

/// A link just made, with its secret token and the URL to share, both shown here only.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedInviteLink {
    #[serde(flatten)]
    invite_link: InviteLink,
    token: String,
    url: String,
}

impl TryFrom<proto::CreateInviteLinkResponse> for CreatedInviteLink {
    type Error = Incomplete;

    fn try_from(answer: proto::CreateInviteLinkResponse) -> Result<Self, Incomplete> {
        Ok(Self { invite_link: shaped(answer.invite_link, "the link")?, token: answer.token, url: answer.url })
    }
}

/// A page of links, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct InviteLinks {
    invite_links: Vec<InviteLink>,
    /// Empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::ListInviteLinksResponse> for InviteLinks {
    type Error = Incomplete;

    fn try_from(answer: proto::ListInviteLinksResponse) -> Result<Self, Incomplete> {
        Ok(Self { invite_links: each(answer.invite_links)?, next_page_token: answer.next_page_token })
    }
}
