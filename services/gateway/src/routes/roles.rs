//! The roles that an organization's members can hold.

use axum::Json;
use axum::extract::State;
use contracts::organizations::v1 as proto;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::Position;
use crate::extract::{OrganizationPath, Page, PathOf, RolePath, SignedIn, StrictJson, null_clears};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::role::{Role, Roles};

/// Lists the built-in roles and the organization's own. Permission: org:roles:read.
#[utoipa::path(get, path = "/orgs/{orgId}/roles", tag = "roles", params(OrganizationPath, Page),
    responses((status = 200, description = "A page of them", body = Roles)))]
pub(crate) async fn list_roles(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    Page { page_size, page_token }: Page,
) -> Result<Json<Roles>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::ListRolesRequest { organization_id, page_size, page_token });
    let answer = gateway.upstreams.roles().list_roles(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// Reads a role, built in or the organization's own. Permission: org:roles:read.
#[utoipa::path(get, path = "/orgs/{orgId}/roles/{roleId}", tag = "roles", params(RolePath),
    responses((status = 200, description = "The role", body = Role)))]
pub(crate) async fn get_role(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<RolePath>,
) -> Result<Json<Role>, HttpError> {
    let (organization_id, role_id) = (path.organization_id.into_text(), path.role_id.into_text());
    let request = signed_in.call(proto::GetRoleRequest { organization_id, role_id });
    let answer = gateway.upstreams.roles().get_role(request).await?;
    Ok(Json(shaped(answer.into_inner().role, "the role")?))
}

/// The role to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateRoleBody {
    /// `[a-z0-9_-]`, 2 to 50 characters; it stays for ever.
    code: String,
    /// 1 to 100 characters.
    name: String,
    /// At most 500 characters.
    description: Option<String>,
    /// Codes of assignable permissions that the caller holds, each once.
    permission_codes: Vec<String>,
}

/// Makes a custom role. Nobody makes one that holds what the caller does not. Permission: org:roles:create.
#[utoipa::path(post, path = "/orgs/{orgId}/roles", tag = "roles", params(OrganizationPath), request_body = CreateRoleBody,
    responses((status = 201, description = "Made", body = Role)))]
pub(crate) async fn create_role(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(CreateRoleBody { code, name, description, permission_codes }): StrictJson<CreateRoleBody>,
) -> Result<(StatusCode, Json<Role>), HttpError> {
    let organization_id = path.organization_id.into_text();
    let request =
        signed_in.call(proto::CreateRoleRequest { organization_id, code, name, description, permission_codes });
    let answer = gateway.upstreams.roles().create_role(request).await?;
    Ok((StatusCode::CREATED, Json(shaped(answer.into_inner().role, "the role")?)))
}

/// The fields to change; absent ones are left as they are. The code stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateRoleBody {
    /// 1 to 100 characters.
    name: Option<String>,
    /// At most 500 characters; null and empty clear it.
    #[serde(default, deserialize_with = "null_clears")]
    description: Option<String>,
    /// The whole set to hold: codes of assignable permissions, each once.
    permission_codes: Option<Vec<String>>,
}

/// Changes the fields of a custom role that are given. Permission: org:roles:update.
#[utoipa::path(put, path = "/orgs/{orgId}/roles/{roleId}", tag = "roles", params(RolePath), request_body = UpdateRoleBody,
    responses((status = 200, description = "The role after the change", body = Role)))]
pub(crate) async fn update_role(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<RolePath>,
    StrictJson(UpdateRoleBody { name, description, permission_codes }): StrictJson<UpdateRoleBody>,
) -> Result<(Position, Json<Role>), HttpError> {
    let request = signed_in.call(proto::UpdateRoleRequest {
        organization_id: path.organization_id.into_text(),
        role_id: path.role_id.into_text(),
        name,
        description,
        permissions: permission_codes.map(|codes| proto::PermissionSet { codes }),
    });
    let answer = gateway.upstreams.roles().update_role(request).await?.into_inner();
    Ok((Position::of_organizations(answer.position), Json(shaped(answer.role, "the role")?)))
}

/// Deletes a custom role that nobody holds and nothing offers. Permission: org:roles:delete.
#[utoipa::path(delete, path = "/orgs/{orgId}/roles/{roleId}", tag = "roles", params(RolePath),
    responses((status = 204, description = "Deleted")))]
pub(crate) async fn delete_role(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<RolePath>,
) -> Result<StatusCode, HttpError> {
    let (organization_id, role_id) = (path.organization_id.into_text(), path.role_id.into_text());
    let request = signed_in.call(proto::DeleteRoleRequest { organization_id, role_id });
    gateway.upstreams.roles().delete_role(request).await?;
    Ok(StatusCode::NO_CONTENT)
}
