//! The back office: organizations.

use axum::Json;
use axum::extract::State;
use contracts::organizations::v1 as proto;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::organizations::UpdateOrganizationBody;
use super::reason::ReasonBody;
use crate::answer::{NoContent, Position};
use crate::extract::{OptionalJson, OrganizationFilter, OrganizationPath, Page, PathOf, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::organization::{Organization, Organizations};

/// Lists organizations, the newest first. For the back office.
#[utoipa::path(get, path = "/admin/organizations", tag = "back office", params(OrganizationFilter, Page),
    responses((status = 200, description = "A page of them", body = Organizations)))]
pub(crate) async fn list_organizations(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    OrganizationFilter { search, status }: OrganizationFilter,
    Page { page_size, page_token }: Page,
) -> Result<Json<Organizations>, HttpError> {
    let status = status.into();
    let request = signed_in.call(proto::ListOrganizationsRequest { search, status, page_size, page_token });
    let answer = gateway.upstreams.organization_administration().list_organizations(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// The team organization to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrganizationForBody {
    /// 1 to 100 characters.
    name: String,
    /// `[a-z0-9-]`, 2 to 40 characters; absent: made from the name.
    slug: Option<String>,
    /// User id of the owner; absent: the caller.
    #[schema(format = Uuid)]
    owner_id: Option<String>,
}

/// Creates a team organization for its owner. For the back office.
#[utoipa::path(post, path = "/admin/organizations", tag = "back office", request_body = CreateOrganizationForBody,
    responses((status = 201, description = "Created", body = Organization)))]
pub(crate) async fn create_organization_for(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(CreateOrganizationForBody { name, slug, owner_id }): StrictJson<CreateOrganizationForBody>,
) -> Result<(StatusCode, Json<Organization>), HttpError> {
    let request = signed_in.call(proto::CreateOrganizationForRequest { name, slug, owner_id });
    let answer = gateway.upstreams.organization_administration().create_organization_for(request).await?;
    Ok((StatusCode::CREATED, Json(shaped(answer.into_inner().organization, "the organization")?)))
}

/// Reads any organization. For the back office.
#[utoipa::path(get, path = "/admin/organizations/{orgId}", tag = "back office", params(OrganizationPath),
    responses((status = 200, description = "The organization", body = Organization)))]
pub(crate) async fn get_any_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
) -> Result<Json<Organization>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::GetAnyOrganizationRequest { organization_id });
    let answer = gateway.upstreams.organization_administration().get_any_organization(request).await?;
    Ok(Json(shaped(answer.into_inner().organization, "the organization")?))
}

/// Changes the fields of any organization that are given. For the back office.
#[utoipa::path(put, path = "/admin/organizations/{orgId}", tag = "back office", params(OrganizationPath),
    request_body = UpdateOrganizationBody,
    responses((status = 200, description = "The organization after the change", body = Organization)))]
pub(crate) async fn update_any_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(body): StrictJson<UpdateOrganizationBody>,
) -> Result<Json<Organization>, HttpError> {
    let proto::UpdateOrganizationRequest { organization_id, name, slug, profile } =
        body.of(path.organization_id.into_text())?;
    let request = signed_in.call(proto::UpdateAnyOrganizationRequest { organization_id, name, slug, profile });
    let answer = gateway.upstreams.organization_administration().update_any_organization(request).await?;
    Ok(Json(shaped(answer.into_inner().organization, "the organization")?))
}

/// Deletes a team organization, whoever still belongs to it. Only a system administrator may.
#[utoipa::path(delete, path = "/admin/organizations/{orgId}", tag = "back office", params(OrganizationPath),
    responses((status = 204, description = "Deleted")))]
pub(crate) async fn delete_any_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
) -> Result<NoContent, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::DeleteAnyOrganizationRequest { organization_id });
    let answer = gateway.upstreams.organization_administration().delete_any_organization(request).await?;
    Ok(NoContent(Position::of_organizations(answer.into_inner().position)))
}

/// Blocks a team organization: nobody can act for it. For the back office.
#[utoipa::path(post, path = "/admin/organizations/{orgId}/suspend", tag = "back office", params(OrganizationPath),
    request_body = Option<ReasonBody>,
    responses((status = 200, description = "The organization after the change", body = Organization)))]
pub(crate) async fn suspend_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    OptionalJson(ReasonBody { reason }): OptionalJson<ReasonBody>,
) -> Result<(Position, Json<Organization>), HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::SuspendOrganizationRequest { organization_id, reason });
    let answer = gateway.upstreams.organization_administration().suspend_organization(request).await?.into_inner();
    let organization = shaped(answer.organization, "the organization")?;
    Ok((Position::of_organizations(answer.position), Json(organization)))
}

/// Takes a suspended organization back into use. For the back office.
#[utoipa::path(post, path = "/admin/organizations/{orgId}/reactivate", tag = "back office", params(OrganizationPath),
    request_body = Option<ReasonBody>,
    responses((status = 200, description = "The organization after the change", body = Organization)))]
pub(crate) async fn reactivate_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    OptionalJson(ReasonBody { reason }): OptionalJson<ReasonBody>,
) -> Result<Json<Organization>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::ReactivateOrganizationRequest { organization_id, reason });
    let answer = gateway.upstreams.organization_administration().reactivate_organization(request).await?;
    Ok(Json(shaped(answer.into_inner().organization, "the organization")?))
}
