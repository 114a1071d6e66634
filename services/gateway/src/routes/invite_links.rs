//! Shareable links: an organization's, and by their token.

use axum::Json;
use axum::extract::State;
use contracts::invitations::v1 as proto;
use contracts::organizations::v1::OrgRole as ProtoOrgRole;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{InvitationPath, OrganizationPath, Page, PathOf, SignedIn, StrictJson, TokenPath};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::instant::Instant;
use crate::shapes::invitation::Preview;
use crate::shapes::invite_link::{CreatedInviteLink, InviteLink, InviteLinks};
use crate::shapes::member::OrgRole;
use crate::shapes::organization::Joined;

/// Lists an organization's links, newest first. Permission: org:members:invite.
#[utoipa::path(get, path = "/orgs/{orgId}/invite-links", tag = "invite links", params(OrganizationPath, Page),
    responses((status = 200, description = "A page of them", body = InviteLinks)))]
pub(crate) async fn list_invite_links(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    Page { page_size, page_token }: Page,
) -> Result<Json<InviteLinks>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::ListInviteLinksRequest { organization_id, page_size, page_token });
    let answer = gateway.upstreams.invite_links().list_invite_links(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// What the link gives, and for how long.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateInviteLinkBody {
    /// A link never makes owners.
    role: Option<OrgRole>,
    /// At most 20; absent or empty: the role org_member.
    role_ids: Option<Vec<String>>,
    /// 1 to 10,000; absent: any number.
    max_uses: Option<i32>,
    /// At most a year ahead; absent: never.
    expires_at: Option<Instant>,
}

/// Makes a link. Permission: org:members:invite.
#[utoipa::path(post, path = "/orgs/{orgId}/invite-links", tag = "invite links", params(OrganizationPath),
    request_body = CreateInviteLinkBody,
    responses((status = 201, description = "Made", body = CreatedInviteLink)))]
pub(crate) async fn create_invite_link(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(body): StrictJson<CreateInviteLinkBody>,
) -> Result<(StatusCode, Json<CreatedInviteLink>), HttpError> {
    let request = signed_in.call(proto::CreateInviteLinkRequest {
        organization_id: path.organization_id.into_text(),
        role_ids: body.role_ids.unwrap_or_default(),
        role: body.role.map_or(ProtoOrgRole::Unspecified, ProtoOrgRole::from).into(),
        max_uses: body.max_uses,
        expires_at: body.expires_at.map(Into::into),
    });
    let answer = gateway.upstreams.invite_links().create_invite_link(request).await?;
    Ok((StatusCode::CREATED, Json(answer.into_inner().try_into()?)))
}

/// Whether the link lets people in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetInviteLinkActiveBody {
    is_active: bool,
}

/// Turns a link off, or on again unless it was revoked. Permission: org:members:invite.
#[utoipa::path(put, path = "/orgs/{orgId}/invite-links/{id}", tag = "invite links", params(InvitationPath),
    request_body = SetInviteLinkActiveBody,
    responses((status = 200, description = "As it stands", body = InviteLink)))]
pub(crate) async fn set_invite_link_active(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<InvitationPath>,
    StrictJson(SetInviteLinkActiveBody { is_active }): StrictJson<SetInviteLinkActiveBody>,
) -> Result<Json<InviteLink>, HttpError> {
    let request = signed_in.call(proto::SetInviteLinkActiveRequest {
        organization_id: path.organization_id.into_text(),
        invite_link_id: path.id.into_text(),
        is_active,
    });
    let answer = gateway.upstreams.invite_links().set_invite_link_active(request).await?.into_inner();
    Ok(Json(shaped(answer.invite_link, "the link")?))
}

/// Turns a link off for good. Permission: org:members:invite.
#[utoipa::path(delete, path = "/orgs/{orgId}/invite-links/{id}", tag = "invite links", params(InvitationPath),
    responses((status = 204, description = "Off for good")))]
pub(crate) async fn revoke_invite_link(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<InvitationPath>,
) -> Result<StatusCode, HttpError> {
    let request = signed_in.call(proto::RevokeInviteLinkRequest {
        organization_id: path.organization_id.into_text(),
        invite_link_id: path.id.into_text(),
    });
    gateway.upstreams.invite_links().revoke_invite_link(request).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows what a link is for to whoever holds its token.
#[utoipa::path(get, path = "/invite-links/{token}", tag = "invite links", security(()), params(TokenPath),
    responses((status = 200, description = "What it is for", body = Preview)))]
pub(crate) async fn preview_invite_link(
    State(gateway): State<Gateway>,
    PathOf(TokenPath { token }): PathOf<TokenPath>,
) -> Result<Json<Preview>, HttpError> {
    let answer =
        gateway.upstreams.invite_links().preview_invite_link(proto::PreviewInviteLinkRequest { token }).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// Makes the caller a member. Repeating it is safe.
#[utoipa::path(post, path = "/invite-links/{token}/join", tag = "invite links", params(TokenPath),
    responses((status = 200, description = "The caller is a member", body = Joined)))]
pub(crate) async fn join_by_invite_link(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(TokenPath { token }): PathOf<TokenPath>,
) -> Result<Json<Joined>, HttpError> {
    let request = signed_in.call(proto::JoinViaInviteLinkRequest { token });
    let answer = gateway.upstreams.invite_links().join_via_invite_link(request).await?.into_inner();
    let role = answer.role();
    Ok(Json(Joined::of(answer.organization, role)?))
}
