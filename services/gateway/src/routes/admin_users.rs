//! The back office: people's accounts.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1 as proto;
use contracts::organizations::v1::{ListMyOrganizationsResponse, ListUserOrganizationsRequest};
use serde::Deserialize;
use utoipa::ToSchema;

use super::reason::ReasonBody;
use crate::answer::{NoContent, Position};
use crate::extract::{IdPath, OptionalJson, Page, PathOf, SignedIn, StrictJson, UserFilter};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::organization::MyOrganizations;
use crate::shapes::user::{User, Users};

/// Lists accounts, the newest first. For the back office.
#[utoipa::path(get, path = "/admin/users", tag = "back office", params(UserFilter, Page),
    responses((status = 200, description = "A page of them", body = Users)))]
pub(crate) async fn list_users(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    UserFilter { search, status }: UserFilter,
    Page { page_size, page_token }: Page,
) -> Result<Json<Users>, HttpError> {
    let status = status.into();
    let request = signed_in.call(proto::ListUsersRequest { search, status, page_size, page_token });
    let answer = gateway.upstreams.user_administration().list_users(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// Reads an account. For the back office.
#[utoipa::path(get, path = "/admin/users/{id}", tag = "back office", params(IdPath),
    responses((status = 200, description = "The account", body = User)))]
pub(crate) async fn get_user(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<IdPath>,
) -> Result<Json<User>, HttpError> {
    let request = signed_in.call(proto::GetUserRequest { user_id: path.id.into_text() });
    let answer = gateway.upstreams.user_administration().get_user(request).await?;
    Ok(Json(shaped(answer.into_inner().user, "the user")?))
}

/// Lists the organizations that a user belongs to, the personal one first. For the back office.
#[utoipa::path(get, path = "/admin/users/{id}/organizations", tag = "back office", params(IdPath, Page),
    responses((status = 200, description = "A page of them", body = MyOrganizations)))]
pub(crate) async fn list_user_organizations(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<IdPath>,
    Page { page_size, page_token }: Page,
) -> Result<Json<MyOrganizations>, HttpError> {
    let user_id = path.id.into_text();
    // Identity knows whether there is such a user, and whether the caller's role still stands.
    let request = signed_in.call(proto::GetUserRequest { user_id: user_id.clone() });
    gateway.upstreams.user_administration().get_user(request).await?;
    let request = signed_in.call(ListUserOrganizationsRequest { user_id, page_size, page_token });
    let answer = gateway.upstreams.membership_administration().list_user_organizations(request).await?.into_inner();
    let (organizations, next_page_token) = (answer.organizations, answer.next_page_token);
    Ok(Json(ListMyOrganizationsResponse { organizations, next_page_token }.try_into()?))
}

/// Blocks an account and ends its sessions. SOLE_OWNER names the organizations that need another owner first.
#[utoipa::path(post, path = "/admin/users/{id}/suspend", tag = "back office", params(IdPath),
    request_body = Option<ReasonBody>, responses((status = 200, description = "The account after the change", body = User)))]
pub(crate) async fn suspend_user(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<IdPath>,
    OptionalJson(ReasonBody { reason }): OptionalJson<ReasonBody>,
) -> Result<(Position, Json<User>), HttpError> {
    let request = signed_in.call(proto::SuspendUserRequest { user_id: path.id.into_text(), reason });
    let answer = gateway.upstreams.user_administration().suspend_user(request).await?.into_inner();
    Ok((Position::of_identity(answer.position), Json(shaped(answer.user, "the user")?)))
}

/// Takes a suspended account back into use; its sessions stay ended.
#[utoipa::path(post, path = "/admin/users/{id}/reactivate", tag = "back office", params(IdPath),
    request_body = Option<ReasonBody>, responses((status = 200, description = "The account after the change", body = User)))]
pub(crate) async fn reactivate_user(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<IdPath>,
    OptionalJson(ReasonBody { reason }): OptionalJson<ReasonBody>,
) -> Result<Json<User>, HttpError> {
    let request = signed_in.call(proto::ReactivateUserRequest { user_id: path.id.into_text(), reason });
    let answer = gateway.upstreams.user_administration().reactivate_user(request).await?;
    Ok(Json(shaped(answer.into_inner().user, "the user")?))
}

/// Ends every session of an account.
#[utoipa::path(post, path = "/admin/users/{id}/revoke-sessions", tag = "back office", params(IdPath),
    request_body = Option<ReasonBody>, responses((status = 204, description = "Ended")))]
pub(crate) async fn revoke_user_sessions(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<IdPath>,
    OptionalJson(ReasonBody { reason }): OptionalJson<ReasonBody>,
) -> Result<NoContent, HttpError> {
    let request = signed_in.call(proto::RevokeUserSessionsRequest { user_id: path.id.into_text(), reason });
    let answer = gateway.upstreams.user_administration().revoke_user_sessions(request).await?;
    Ok(NoContent(Position::of_identity(answer.into_inner().position)))
}

/// The whole set of platform roles to hold.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlatformRolesBody {
    /// `system_admin`, `super_admin`, both or none.
    role_codes: Vec<String>,
}

/// Replaces the whole set of an account's platform roles, all or nothing. Only a system administrator may.
#[utoipa::path(put, path = "/admin/users/{id}/roles", tag = "back office", params(IdPath),
    request_body = PlatformRolesBody, responses((status = 200, description = "The account after the change", body = User)))]
pub(crate) async fn set_user_roles(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<IdPath>,
    StrictJson(PlatformRolesBody { role_codes }): StrictJson<PlatformRolesBody>,
) -> Result<(Position, Json<User>), HttpError> {
    let request = signed_in.call(proto::SetUserRolesRequest { user_id: path.id.into_text(), role_codes });
    let answer = gateway.upstreams.user_administration().set_user_roles(request).await?.into_inner();
    Ok((Position::of_identity(answer.position), Json(shaped(answer.user, "the user")?)))
}
