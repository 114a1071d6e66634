//! Who belongs to an organization, with which roles.

use axum::Json;
use axum::extract::State;
use contracts::organizations::v1 as proto;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{NoContent, Position};
use crate::extract::{MemberFilter, MemberPath, OrganizationPath, Page, PathOf, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::member::{Member, MemberStatus, Members, OrgRole};

/// Lists members by the time of joining. Permission: org:members:read.
#[utoipa::path(get, path = "/orgs/{orgId}/members", tag = "members", params(OrganizationPath, MemberFilter, Page),
    responses((status = 200, description = "A page of them", body = Members)))]
pub(crate) async fn list_members(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    filter: MemberFilter,
    Page { page_size, page_token }: Page,
) -> Result<Json<Members>, HttpError> {
    let (organization_id, filter) = (path.organization_id.into_text(), Some(filter.into()));
    let request = signed_in.call(proto::ListMembersRequest { organization_id, page_size, page_token, filter });
    let answer = gateway.upstreams.memberships().list_members(request).await?.into_inner();
    Ok(Json(Members::of(answer.members, answer.next_page_token)?))
}

/// The status to give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusBody {
    pub(super) status: MemberStatus,
}

/// Suspends or reactivates a membership. Permission: org:members:update.
#[utoipa::path(put, path = "/orgs/{orgId}/members/{userId}/status", tag = "members", params(MemberPath),
    request_body = StatusBody, responses((status = 200, description = "The member after the change", body = Member)))]
pub(crate) async fn set_member_status(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<MemberPath>,
    StrictJson(StatusBody { status }): StrictJson<StatusBody>,
) -> Result<(Position, Json<Member>), HttpError> {
    let request = signed_in.call(proto::SetMemberStatusRequest {
        organization_id: path.organization_id.into_text(),
        user_id: path.user_id.into_text(),
        status: proto::MemberStatus::from(status).into(),
    });
    let answer = gateway.upstreams.memberships().set_member_status(request).await?.into_inner();
    Ok((Position::of_organizations(answer.position), Json(shaped(answer.member, "the member")?)))
}

/// The coarse role to give.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleBody {
    role: OrgRole,
}

/// Makes a member an owner or an ordinary member; other roles stay. Only an owner may.
#[utoipa::path(put, path = "/orgs/{orgId}/members/{userId}/role", tag = "members", params(MemberPath),
    request_body = RoleBody, responses((status = 200, description = "The member after the change", body = Member)))]
pub(crate) async fn set_member_role(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<MemberPath>,
    StrictJson(RoleBody { role }): StrictJson<RoleBody>,
) -> Result<(Position, Json<Member>), HttpError> {
    let request = signed_in.call(proto::SetMemberRoleRequest {
        organization_id: path.organization_id.into_text(),
        user_id: path.user_id.into_text(),
        role: proto::OrgRole::from(role).into(),
    });
    let answer = gateway.upstreams.memberships().set_member_role(request).await?.into_inner();
    Ok((Position::of_organizations(answer.position), Json(shaped(answer.member, "the member")?)))
}

/// The whole set of roles to hold.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RolesBody {
    /// 1 to 20 codes of organization roles, each once.
    pub(super) role_codes: Vec<String>,
}

/// Replaces the whole set of a member's roles, all or nothing. Permission: org:members:update.
#[utoipa::path(put, path = "/orgs/{orgId}/members/{userId}/roles", tag = "members", params(MemberPath),
    request_body = RolesBody, responses((status = 200, description = "The member after the change", body = Member)))]
pub(crate) async fn set_member_roles(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<MemberPath>,
    StrictJson(RolesBody { role_codes }): StrictJson<RolesBody>,
) -> Result<(Position, Json<Member>), HttpError> {
    let request = signed_in.call(proto::SetMemberRolesRequest {
        organization_id: path.organization_id.into_text(),
        user_id: path.user_id.into_text(),
        role_codes,
    });
    let answer = gateway.upstreams.memberships().set_member_roles(request).await?.into_inner();
    Ok((Position::of_organizations(answer.position), Json(shaped(answer.member, "the member")?)))
}

/// Ends somebody else's membership. Permission: org:members:remove.
#[utoipa::path(delete, path = "/orgs/{orgId}/members/{userId}", tag = "members", params(MemberPath),
    responses((status = 204, description = "Removed")))]
pub(crate) async fn remove_member(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<MemberPath>,
) -> Result<NoContent, HttpError> {
    let request = signed_in.call(proto::RemoveMemberRequest {
        organization_id: path.organization_id.into_text(),
        user_id: path.user_id.into_text(),
    });
    let answer = gateway.upstreams.memberships().remove_member(request).await?;
    Ok(NoContent(Position::of_organizations(answer.into_inner().position)))
}
