//! Invitations by e-mail: an organization's, and by the token from the mail.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contracts::invitations::v1 as proto;
use contracts::organizations::v1::OrgRole as ProtoOrgRole;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{
    ClientOrigin, InvitationFilter, InvitationPath, OrganizationPath, Page, PathOf, SignedIn, StrictJson, TokenPath,
};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::instant::Instant;
use crate::shapes::invitation::{CreatedInvitation, Invitations, Preview};
use crate::shapes::invitation_results::InvitationResults;
use crate::shapes::member::OrgRole;
use crate::shapes::organization::Joined;

/// Lists an organization's invitations, newest first. Permission: org:members:read.
#[utoipa::path(get, path = "/orgs/{orgId}/invitations", tag = "invitations",
    params(OrganizationPath, InvitationFilter, Page),
    responses((status = 200, description = "A page of them", body = Invitations)))]
pub(crate) async fn list_invitations(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    InvitationFilter { status }: InvitationFilter,
    Page { page_size, page_token }: Page,
) -> Result<Json<Invitations>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let status = status.into();
    let request = signed_in.call(proto::ListInvitationsRequest { organization_id, status, page_size, page_token });
    let answer = gateway.upstreams.invitations().list_invitations(request).await?.into_inner();
    Ok(Json(Invitations::of(answer.invitations, answer.next_page_token)?))
}

/// Whom to invite, to what: exactly one of `email` and `emails`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateInvitationBody {
    email: Option<String>,
    /// 1 to 50 addresses, each with a result of its own.
    emails: Option<Vec<String>>,
    /// At most 20; absent or empty: the role org_member.
    role_ids: Option<Vec<String>>,
    /// `owner` adds org_owner to the roles.
    role: Option<OrgRole>,
    /// At least an hour and at most 30 days ahead; absent: in seven days.
    expires_at: Option<Instant>,
}

/// Invites an address, or up to 50. A pending invitation of the same address is superseded. Permission: org:members:invite.
///
/// With `emails`, what concerns the whole request refuses it whole, and what concerns one address is that entry's error.
#[utoipa::path(post, path = "/orgs/{orgId}/invitations", tag = "invitations", params(OrganizationPath),
    request_body = CreateInvitationBody,
    responses((status = 201, description = "`email` is invited", body = CreatedInvitation),
        (status = 200, description = "What became of each of `emails`, in their order", body = InvitationResults)))]
pub(crate) async fn create_invitation(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(body): StrictJson<CreateInvitationBody>,
) -> Result<Response, HttpError> {
    let organization_id = path.organization_id.into_text();
    let role_ids = body.role_ids.unwrap_or_default();
    let role = body.role.map_or(ProtoOrgRole::Unspecified, ProtoOrgRole::from).into();
    let expires_at = body.expires_at.map(Into::into);
    let mut service = gateway.upstreams.invitations();
    match (body.email, body.emails) {
        (Some(email), None) => {
            let request = proto::CreateInvitationRequest { organization_id, email, role_ids, role, expires_at };
            let answer = service.create_invitation(signed_in.call(request)).await?.into_inner();
            Ok((StatusCode::CREATED, Json(CreatedInvitation::try_from(answer)?)).into_response())
        }
        (None, Some(emails)) => {
            let request = proto::CreateInvitationsRequest { organization_id, emails, role_ids, role, expires_at };
            let answer = service.create_invitations(signed_in.call(request)).await?.into_inner();
            Ok(Json(InvitationResults::try_from(answer)?).into_response())
        }
        (None, None) => Err(HttpError::invalid("email", "must be given, or `emails` instead")),
        (Some(_), Some(_)) => Err(HttpError::invalid("email", "must be left out where `emails` is given")),
    }
}

/// Sends a pending or expired invitation again, as the caller's: with a new token, for as long as before. Permission:
/// org:members:invite.
#[utoipa::path(post, path = "/orgs/{orgId}/invitations/{id}/resend", tag = "invitations", params(InvitationPath),
    responses((status = 200, description = "On its way; the old token is dead", body = CreatedInvitation)))]
pub(crate) async fn resend_invitation(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<InvitationPath>,
) -> Result<Json<CreatedInvitation>, HttpError> {
    let request = signed_in.call(proto::ResendInvitationRequest {
        organization_id: path.organization_id.into_text(),
        invitation_id: path.id.into_text(),
    });
    let answer = gateway.upstreams.invitations().resend_invitation(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// Withdraws a pending invitation. Permission: org:members:invite.
#[utoipa::path(delete, path = "/orgs/{orgId}/invitations/{id}", tag = "invitations", params(InvitationPath),
    responses((status = 204, description = "Withdrawn")))]
pub(crate) async fn revoke_invitation(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<InvitationPath>,
) -> Result<StatusCode, HttpError> {
    let request = signed_in.call(proto::RevokeInvitationRequest {
        organization_id: path.organization_id.into_text(),
        invitation_id: path.id.into_text(),
    });
    gateway.upstreams.invitations().revoke_invitation(request).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows what an invitation is for to whoever holds its token.
#[utoipa::path(get, path = "/invitations/{token}", tag = "invitations", security(()), params(TokenPath),
    responses((status = 200, description = "What it is for", body = Preview)))]
pub(crate) async fn preview_invitation(
    State(gateway): State<Gateway>,
    origin: ClientOrigin,
    PathOf(TokenPath { token }): PathOf<TokenPath>,
) -> Result<Json<Preview>, HttpError> {
    let request = origin.call(proto::PreviewInvitationRequest { token });
    let answer = gateway.upstreams.invitations().preview_invitation(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// The secret token from the mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitationTokenBody {
    token: String,
}

/// Accepts an invitation by the token from its mail. Repeating it is safe.
#[utoipa::path(post, path = "/invitations/accept", tag = "invitations", request_body = InvitationTokenBody,
    responses((status = 200, description = "The caller is a member", body = Joined)))]
pub(crate) async fn accept_invitation(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(InvitationTokenBody { token }): StrictJson<InvitationTokenBody>,
) -> Result<Json<Joined>, HttpError> {
    let request = signed_in.call(proto::AcceptInvitationByTokenRequest { token });
    let answer = gateway.upstreams.invitations().accept_invitation_by_token(request).await?.into_inner();
    let role = answer.role();
    Ok(Json(Joined::of(answer.organization, role)?))
}

/// Declines an invitation by the token from its mail. Repeating it is safe.
#[utoipa::path(post, path = "/invitations/decline", tag = "invitations", request_body = InvitationTokenBody,
    responses((status = 204, description = "Declined")))]
pub(crate) async fn decline_invitation(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(InvitationTokenBody { token }): StrictJson<InvitationTokenBody>,
) -> Result<StatusCode, HttpError> {
    let request = signed_in.call(proto::DeclineInvitationByTokenRequest { token });
    gateway.upstreams.invitations().decline_invitation_by_token(request).await?;
    Ok(StatusCode::NO_CONTENT)
}
