//! The roles that an organization's members can hold.

use axum::Json;
use axum::extract::State;
use contracts::organizations::v1 as proto;

use crate::extract::{OrganizationPath, Page, PathOf, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::role::Roles;

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
