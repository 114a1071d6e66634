//! The permission catalog: what custom roles may hold, and how services fill it.

use axum::Json;
use axum::extract::State;
use contracts::organizations::v1 as proto;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::Position;
use crate::extract::{OrganizationPath, Page, PathOf, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::permission::{Permissions, RegisteredPermissions};

/// Lists what a custom role may hold, by code. Permission: org:roles:read.
#[utoipa::path(get, path = "/orgs/{orgId}/permissions/assignable", tag = "roles", params(OrganizationPath, Page),
    responses((status = 200, description = "A page of them", body = Permissions)))]
pub(crate) async fn list_assignable_permissions(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    Page { page_size, page_token }: Page,
) -> Result<Json<Permissions>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::ListAssignablePermissionsRequest { organization_id, page_size, page_token });
    let answer = gateway.upstreams.roles().list_assignable_permissions(request).await?;
    Ok(Json(answer.into_inner().into()))
}

/// A service's whole slice of the catalog.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterPermissionsBody {
    /// Name of the service: `[a-z0-9-]`, 2 to 40 characters.
    service: String,
    /// Everything that it defines, at most 100; what is missing is pruned.
    permissions: Vec<PermissionDefinition>,
    /// Prunes, or makes unassignable, also what custom roles hold: it is taken from them.
    force: Option<bool>,
}

/// One permission as a service defines it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermissionDefinition {
    /// `resource:action`, for example `catalog:items:publish`.
    code: String,
    /// 1 to 100 characters.
    name: String,
    /// At most 500 characters.
    description: Option<String>,
    /// Group to show it under; absent: the name of the service.
    category: Option<String>,
    /// Whether a custom role may hold it.
    org_assignable: bool,
}

impl From<PermissionDefinition> for proto::PermissionDefinition {
    fn from(definition: PermissionDefinition) -> Self {
        Self {
            code: definition.code,
            name: definition.name,
            description: definition.description,
            category: definition.category,
            org_assignable: definition.org_assignable,
        }
    }
}

/// Makes a service's slice of the catalog what the body says. Repeating it changes nothing. Only a system administrator may.
#[utoipa::path(post, path = "/admin/permissions/register", tag = "back office", request_body = RegisterPermissionsBody,
    responses((status = 200, description = "The slice, and what changed", body = RegisteredPermissions)))]
pub(crate) async fn register_permissions(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(RegisterPermissionsBody { service, permissions, force }): StrictJson<RegisterPermissionsBody>,
) -> Result<(Position, Json<RegisteredPermissions>), HttpError> {
    let (permissions, force) = (permissions.into_iter().map(Into::into).collect(), force.unwrap_or_default());
    let request = signed_in.call(proto::RegisterPermissionsRequest { service, permissions, force });
    let answer = gateway.upstreams.permission_administration().register_permissions(request).await?.into_inner();
    Ok((Position::of_organizations(answer.position), Json(answer.into())))
}
