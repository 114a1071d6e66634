//! The organizations that the caller belongs to.

use axum::Json;
use axum::extract::State;
use contracts::organizations::v1 as proto;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{NoContent, Position};
use crate::extract::{OrganizationPath, Page, PathOf, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::organization::{MyOrganizations, Organization};

/// Lists the caller's organizations, the personal one first.
#[utoipa::path(get, path = "/me/orgs", tag = "organizations", params(Page),
    responses((status = 200, description = "A page of them", body = MyOrganizations)))]
pub(crate) async fn list_my_organizations(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    Page { page_size, page_token }: Page,
) -> Result<Json<MyOrganizations>, HttpError> {
    let request = signed_in.call(proto::ListMyOrganizationsRequest { page_size, page_token });
    let answer = gateway.upstreams.organizations().list_my_organizations(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// The organization to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrganizationBody {
    /// 1 to 100 characters.
    name: String,
    /// `[a-z0-9-]`, 2 to 40 characters; absent: made from the name.
    slug: Option<String>,
}

/// Creates a team organization; the caller becomes its owner.
#[utoipa::path(post, path = "/me/orgs", tag = "organizations", request_body = CreateOrganizationBody,
    responses((status = 201, description = "Created", body = Organization)))]
pub(crate) async fn create_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(CreateOrganizationBody { name, slug }): StrictJson<CreateOrganizationBody>,
) -> Result<(StatusCode, Json<Organization>), HttpError> {
    let request = signed_in.call(proto::CreateOrganizationRequest { name, slug });
    let answer = gateway.upstreams.organizations().create_organization(request).await?;
    Ok((StatusCode::CREATED, Json(shaped(answer.into_inner().organization, "the organization")?)))
}

/// Ends the caller's own membership.
#[utoipa::path(delete, path = "/me/orgs/{orgId}", tag = "organizations", params(OrganizationPath),
    responses((status = 204, description = "Left")))]
pub(crate) async fn leave_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
) -> Result<NoContent, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::LeaveOrganizationRequest { organization_id });
    let answer = gateway.upstreams.memberships().leave_organization(request).await?;
    Ok(NoContent(Position::of_organizations(answer.into_inner().position)))
}
