//! The back office: who belongs to an organization.

use axum::Json;
use axum::extract::State;
use contracts::organizations::v1 as proto;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::members::{RolesBody, StatusBody};
use crate::answer::{NoContent, Position};
use crate::extract::{MemberFilter, MemberPath, OrganizationPath, Page, PathOf, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::member::{Member, Members};

/// Lists the members of any organization by the time of joining. For the back office.
#[utoipa::path(get, path = "/admin/organizations/{orgId}/members", tag = "back office",
    params(OrganizationPath, MemberFilter, Page),
    responses((status = 200, description = "A page of them", body = Members)))]
pub(crate) async fn list_any_members(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    filter: MemberFilter,
    Page { page_size, page_token }: Page,
) -> Result<Json<Members>, HttpError> {
    let (organization_id, filter) = (path.organization_id.into_text(), Some(filter.into()));
    let request = signed_in.call(proto::ListAnyMembersRequest { organization_id, page_size, page_token, filter });
    let answer = gateway.upstreams.membership_administration().list_any_members(request).await?.into_inner();
    Ok(Json(Members::of(answer.members, answer.next_page_token)?))
}

/// The user to bring in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddMemberBody {
    #[schema(format = Uuid)]
    user_id: String,
    /// At most 20 ids of roles, each once; absent or empty: `org_member`.
    role_ids: Option<Vec<String>>,
}

/// Makes an existing user a member. For the back office.
#[utoipa::path(post, path = "/admin/organizations/{orgId}/members", tag = "back office", params(OrganizationPath),
    request_body = AddMemberBody, responses((status = 201, description = "The member", body = Member)))]
pub(crate) async fn add_member(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(AddMemberBody { user_id, role_ids }): StrictJson<AddMemberBody>,
) -> Result<(StatusCode, Json<Member>), HttpError> {
    let (organization_id, role_ids) = (path.organization_id.into_text(), role_ids.unwrap_or_default());
    let request = signed_in.call(proto::AddExistingUserRequest { organization_id, user_id, role_ids });
    let answer = gateway.upstreams.membership_administration().add_existing_user(request).await?;
    Ok((StatusCode::CREATED, Json(shaped(answer.into_inner().member, "the member")?)))
}

/// Ends a membership. For the back office.
#[utoipa::path(delete, path = "/admin/organizations/{orgId}/members/{userId}", tag = "back office", params(MemberPath),
    responses((status = 204, description = "Removed")))]
pub(crate) async fn remove_any_member(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<MemberPath>,
) -> Result<NoContent, HttpError> {
    let (organization_id, user_id) = (path.organization_id.into_text(), path.user_id.into_text());
    let request = signed_in.call(proto::RemoveAnyMemberRequest { organization_id, user_id });
    let answer = gateway.upstreams.membership_administration().remove_any_member(request).await?;
    Ok(NoContent(Position::of_organizations(answer.into_inner().position)))
}

/// Suspends or reactivates a membership. For the back office.
#[utoipa::path(put, path = "/admin/organizations/{orgId}/members/{userId}/status", tag = "back office", params(MemberPath),
    request_body = StatusBody, responses((status = 200, description = "The member after the change", body = Member)))]
pub(crate) async fn set_any_member_status(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<MemberPath>,
    StrictJson(StatusBody { status }): StrictJson<StatusBody>,
) -> Result<(Position, Json<Member>), HttpError> {
    let request = signed_in.call(proto::SetAnyMemberStatusRequest {
        organization_id: path.organization_id.into_text(),
        user_id: path.user_id.into_text(),
        status: proto::MemberStatus::from(status).into(),
    });
    let answer = gateway.upstreams.membership_administration().set_any_member_status(request).await?.into_inner();
    Ok((Position::of_organizations(answer.position), Json(shaped(answer.member, "the member")?)))
}

/// Replaces the whole set of a member's roles, all or nothing. For the back office.
#[utoipa::path(put, path = "/admin/organizations/{orgId}/members/{userId}/roles", tag = "back office", params(MemberPath),
    request_body = RolesBody, responses((status = 200, description = "The member after the change", body = Member)))]
pub(crate) async fn set_any_member_roles(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<MemberPath>,
    StrictJson(RolesBody { role_codes }): StrictJson<RolesBody>,
) -> Result<(Position, Json<Member>), HttpError> {
    let request = signed_in.call(proto::SetAnyMemberRolesRequest {
        organization_id: path.organization_id.into_text(),
        user_id: path.user_id.into_text(),
        role_codes,
    });
    let answer = gateway.upstreams.membership_administration().set_any_member_roles(request).await?.into_inner();
    Ok((Position::of_organizations(answer.position), Json(shaped(answer.member, "the member")?)))
}
