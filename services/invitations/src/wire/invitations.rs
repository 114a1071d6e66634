//! Messages of `InvitationService`.

use std::time::Duration;

use contracts::invitations::v1 as proto;
use mail::Address;
use service_kit::pages::{Page, PageTokens};
use service_kit::{Fields, Refusal, Timestamp};

use crate::domain::{Invitation, OrganizationId, Role, State, Status};
use crate::use_cases::{CreateInvitation, CreatedInvitation, Export, ListInvitations, Preview, Terms};
use crate::wire::{MOST_ROLES, read_instant, read_role, read_role_ids, role};

const SHORTEST_LIFE: Duration = Duration::from_secs(3600);
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// Reads whom to invite, to what; the expiry is judged at this instant.
pub fn create_invitation(
    request: &proto::CreateInvitationRequest,
    now: Timestamp,
) -> Result<CreateInvitation, Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", request.organization_id.parse());
    let email = fields.check("email", Address::parse(&request.email));
    let terms = read_terms(&mut fields, organization_id, &request.role_ids, request.role, request.expires_at, now);
    let (Some(email), Some(terms)) = (email, terms) else { return Err(fields.refuse()) };
    Ok(CreateInvitation { terms, email })
}

/// Reads what is offered.
pub(super) fn read_terms(
    fields: &mut Fields,
    organization_id: Option<OrganizationId>,
    role_ids: &[String],
    role: i32,
    expires: Option<prost_types::Timestamp>,
    now: Timestamp,
) -> Option<Terms> {
    let role_ids = read_role_ids(fields, role_ids);
    let role = read_role(fields, role);
    let expires = expires.map(|expires| read_instant(expires).filter(|expires| is_in_bounds(*expires, now)));
    let expires = expires.map(|expires| expires.ok_or("must be at least an hour and at most 30 days ahead"));
    let expires = fields.check_optional("expires_at", expires);
    // Owner is one more role, and the offer is repeated with all of them at acceptance.
    if role == Some(Role::Owner) && role_ids.as_ref().is_some_and(|ids| ids.len() == MOST_ROLES) {
        fields.violation("role_ids", "must name at most 19 roles beside the role owner");
        return None;
    }
    Some(Terms { organization_id: organization_id?, role_ids: role_ids?, role: role?, expires: expires? })
}

fn is_in_bounds(expires: Timestamp, now: Timestamp) -> bool {
    now.plus(SHORTEST_LIFE) <= expires && expires <= now.plus(LONGEST_LIFE)
}

/// Reads which invitations are asked for, and the scope that its page tokens are good for.
pub fn list_invitations(
    request: &proto::ListInvitationsRequest,
    page_tokens: &PageTokens,
) -> Result<(ListInvitations, String), Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", request.organization_id.parse::<OrganizationId>());
    let status = match proto::InvitationStatus::try_from(request.status) {
        Ok(proto::InvitationStatus::Unspecified | proto::InvitationStatus::Pending) => Ok(Status::Pending),
        Ok(proto::InvitationStatus::Accepted) => Ok(Status::Accepted),
        Ok(proto::InvitationStatus::Declined) => Ok(Status::Declined),
        Ok(proto::InvitationStatus::Revoked) => Ok(Status::Revoked),
        Ok(proto::InvitationStatus::Expired) => Ok(Status::Expired),
        Err(_) => Err("must be pending, accepted, declined, revoked or expired"),
    };
    let status = fields.check("status", status);
    let (Some(organization_id), Some(status)) = (organization_id, status) else { return Err(fields.refuse()) };
    let scope = format!("invitations/{organization_id}/{status:?}");
    let page = page_tokens.parse(&scope, request.page_size, &request.page_token)?;
    Ok((ListInvitations { organization_id, status, page }, scope))
}

/// An invitation just made or sent again, and its secret, which is said here and in the mail only.
pub fn created_invitation(created: CreatedInvitation, now: Timestamp) -> (proto::Invitation, String) {
    (invitation(created.invitation, now), created.token.expose().to_owned())
}

/// A page's invitations as they stand at this instant, and the token for the next page.
pub fn invitations(page: Page<Invitation>, now: Timestamp) -> (Vec<proto::Invitation>, String) {
    let invitations = page.entries.into_iter().map(|entry| invitation(entry, now)).collect();
    (invitations, page.next_page_token)
}

pub fn exported(export: Export, now: Timestamp) -> proto::ExportMyInvitationsResponse {
    let each = |entries: Vec<Invitation>| entries.into_iter().map(|entry| invitation(entry, now)).collect();
    proto::ExportMyInvitationsResponse {
        received: each(export.received),
        sent: each(export.sent),
        links: export.links.into_iter().map(Into::into).collect(),
    }
}

fn invitation(invitation: Invitation, now: Timestamp) -> proto::Invitation {
    let status = match invitation.status(now) {
        Status::Pending => proto::InvitationStatus::Pending,
        Status::Accepted => proto::InvitationStatus::Accepted,
        Status::Declined => proto::InvitationStatus::Declined,
        Status::Revoked => proto::InvitationStatus::Revoked,
        Status::Expired => proto::InvitationStatus::Expired,
    };
    let accepted_at = match invitation.state {
        State::Accepted { at, .. } => Some(at.into()),
        State::Pending | State::Accepting { .. } | State::Declined | State::Revoked { .. } => None,
    };
    proto::Invitation {
        id: invitation.id.to_string(),
        organization_id: invitation.organization_id.to_string(),
        role: role(invitation.role()).into(),
        organization_name: invitation.organization_name,
        email: invitation.email.canonical().to_owned(),
        role_ids: invitation.role_ids.iter().map(ToString::to_string).collect(),
        status: status.into(),
        invited_by: invitation.invited_by.to_string(),
        expires_at: Some(invitation.expires.into()),
        accepted_at,
        created_at: Some(invitation.created.into()),
    }
}

impl From<Preview> for proto::PreviewInvitationResponse {
    fn from(preview: Preview) -> Self {
        Self {
            organization_name: preview.organization_name,
            inviter_name: preview.inviter_name,
            role: role(preview.role).into(),
            expires_at: preview.expires.map(Into::into),
        }
    }
}
