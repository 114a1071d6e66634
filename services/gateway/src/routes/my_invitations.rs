//! The invitations sent to the caller's proven address.

use axum::Json;
use axum::extract::State;
use contracts::invitations::v1 as proto;
use http::StatusCode;

use crate::extract::{IdPath, Page, PathOf, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::invitation::Invitations;
use crate::shapes::organization::Joined;

/// Lists the caller's pending invitations, newest first.
#[utoipa::path(get, path = "/me/invitations", tag = "invitations", params(Page),
    responses((status = 200, description = "A page of them", body = Invitations)))]
pub(crate) async fn list_my_invitations(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    Page { page_size, page_token }: Page,
) -> Result<Json<Invitations>, HttpError> {
    let request = signed_in.call(proto::ListMyInvitationsRequest { page_size, page_token });
    let answer = gateway.upstreams.invitations().list_my_invitations(request).await?.into_inner();
    Ok(Json(Invitations::of(answer.invitations, answer.next_page_token)?))
}

/// Accepts an invitation by id. Repeating it is safe.
#[utoipa::path(post, path = "/me/invitations/{id}/accept", tag = "invitations", params(IdPath),
    responses((status = 200, description = "The caller is a member", body = Joined)))]
pub(crate) async fn accept_my_invitation(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(IdPath { id }): PathOf<IdPath>,
) -> Result<Json<Joined>, HttpError> {
    let request = signed_in.call(proto::AcceptInvitationRequest { invitation_id: id.into_text() });
    let answer = gateway.upstreams.invitations().accept_invitation(request).await?.into_inner();
    let role = answer.role();
    Ok(Json(Joined::of(answer.organization, role)?))
}

/// Declines an invitation by id.
#[utoipa::path(post, path = "/me/invitations/{id}/decline", tag = "invitations", params(IdPath),
    responses((status = 204, description = "Declined")))]
pub(crate) async fn decline_my_invitation(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(IdPath { id }): PathOf<IdPath>,
) -> Result<StatusCode, HttpError> {
    let request = signed_in.call(proto::DeclineInvitationRequest { invitation_id: id.into_text() });
    gateway.upstreams.invitations().decline_invitation(request).await?;
    Ok(StatusCode::NO_CONTENT)
}
