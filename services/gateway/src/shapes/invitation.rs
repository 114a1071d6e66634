//! Invitations by e-mail.

use contracts::invitations::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, filled, shaped};
use super::instant::Instant;
use super::member::OrgRole;

/// An offer of membership sent to an e-mail address.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invitation {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    organization_id: String,
    /// When the invitation was made or last sent again.
    organization_name: String,
    email: String,
    role_ids: Vec<String>,
    role: OrgRole,
    status: InvitationStatus,
    /// Who invited, or sent it again last.
    #[schema(format = Uuid)]
    invited_by: String,
    expires_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_at: Option<Instant>,
    created_at: Instant,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InvitationStatus {
    Pending,
    Accepted,
    Declined,
    Revoked,
    Expired,
}

impl TryFrom<proto::Invitation> for Invitation {
    type Error = Incomplete;

    fn try_from(invitation: proto::Invitation) -> Result<Self, Incomplete> {
        let status = match invitation.status() {
            proto::InvitationStatus::Pending => Some(InvitationStatus::Pending),
            proto::InvitationStatus::Accepted => Some(InvitationStatus::Accepted),
            proto::InvitationStatus::Declined => Some(InvitationStatus::Declined),
            proto::InvitationStatus::Revoked => Some(InvitationStatus::Revoked),
            proto::InvitationStatus::Expired => Some(InvitationStatus::Expired),
            proto::InvitationStatus::Unspecified => None,
        };
        Ok(Self {
            role: invitation.role().try_into()?,
            id: invitation.id,
            organization_id: invitation.organization_id,
            organization_name: invitation.organization_name,
            email: invitation.email,
            role_ids: invitation.role_ids,
            status: filled(status, "the invitation's status")?,
            invited_by: invitation.invited_by,
            expires_at: Instant::of(invitation.expires_at, "the invitation's expires_at")?,
            accepted_at: invitation.accepted_at.map(Instant::from),
            created_at: Instant::of(invitation.created_at, "the invitation's created_at")?,
        })
    }
}

/// An invitation just made or sent again, with its secret token, which is shown here and in the mail only.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedInvitation {
    #[serde(flatten)]
    invitation: Invitation,
    token: String,
}

impl TryFrom<proto::CreateInvitationResponse> for CreatedInvitation {
    type Error = Incomplete;

    fn try_from(answer: proto::CreateInvitationResponse) -> Result<Self, Incomplete> {
        Ok(Self { invitation: shaped(answer.invitation, "the invitation")?, token: answer.token })
    }
}

impl TryFrom<proto::ResendInvitationResponse> for CreatedInvitation {
    type Error = Incomplete;

    fn try_from(answer: proto::ResendInvitationResponse) -> Result<Self, Incomplete> {
        Ok(Self { invitation: shaped(answer.invitation, "the invitation")?, token: answer.token })
    }
}

impl CreatedInvitation {
    pub(crate) fn of(invitation: proto::Invitation, token: String) -> Result<Self, Incomplete> {
        Ok(Self { invitation: invitation.try_into()?, token })
    }
}

/// A page of invitations, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invitations {
    invitations: Vec<Invitation>,
    /// Empty at the end.
    next_page_token: String,
}

impl Invitations {
    pub(crate) fn of(invitations: Vec<proto::Invitation>, next_page_token: String) -> Result<Self, Incomplete> {
        Ok(Self { invitations: each(invitations)?, next_page_token })
    }
}

/// What an invitation or link is for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Preview {
    /// When the invitation was made or last sent again, or the link made.
    organization_name: String,
    /// Empty when the inviter has no display name.
    inviter_name: String,
    role: OrgRole,
    /// Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
}

impl TryFrom<proto::PreviewInvitationResponse> for Preview {
    type Error = Incomplete;

    fn try_from(answer: proto::PreviewInvitationResponse) -> Result<Self, Incomplete> {
        Ok(Self {
            role: answer.role().try_into()?,
            organization_name: answer.organization_name,
            inviter_name: answer.inviter_name,
            expires_at: answer.expires_at.map(Instant::from),
        })
    }
}

impl TryFrom<proto::PreviewInviteLinkResponse> for Preview {
    type Error = Incomplete;

    fn try_from(answer: proto::PreviewInviteLinkResponse) -> Result<Self, Incomplete> {
        Ok(Self {
            role: answer.role().try_into()?,
            organization_name: answer.organization_name,
            inviter_name: answer.inviter_name,
            expires_at: answer.expires_at.map(Instant::from),
        })
    }
}
