//! One organization.

use axum::Json;
use axum::extract::State;
use contracts::organizations::v1 as proto;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::answer::{NoContent, Position};
use crate::extract::{OrganizationPath, PathOf, SignedIn, StrictJson, null_clears};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::metadata;
use crate::shapes::organization::Organization;

/// Reads an organization. Permission: org:read.
#[utoipa::path(get, path = "/orgs/{orgId}", tag = "organizations", params(OrganizationPath),
    responses((status = 200, description = "The organization", body = Organization)))]
pub(crate) async fn get_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
) -> Result<Json<Organization>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::GetOrganizationRequest { organization_id });
    let answer = gateway.upstreams.organizations().get_organization(request).await?;
    Ok(Json(shaped(answer.into_inner().organization, "the organization")?))
}

/// The fields to change; absent ones are left as they are, null and empty ones are cleared.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateOrganizationBody {
    name: Option<String>,
    slug: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    description: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    logo_url: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    website: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    contact_email: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    contact_phone: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    address: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    city: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    state: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    country: Option<String>,
    #[serde(default, deserialize_with = "null_clears")]
    postal_code: Option<String>,
    /// Replaces what was there as a whole.
    #[serde(default, deserialize_with = "null_clears")]
    metadata: Option<Map<String, Value>>,
}

impl UpdateOrganizationBody {
    pub(super) fn of(self, organization_id: String) -> Result<proto::UpdateOrganizationRequest, HttpError> {
        Ok(proto::UpdateOrganizationRequest {
            organization_id,
            name: self.name,
            slug: self.slug,
            profile: Some(proto::OrganizationProfile {
                description: self.description,
                logo_url: self.logo_url,
                website: self.website,
                contact_email: self.contact_email,
                contact_phone: self.contact_phone,
                address: self.address,
                city: self.city,
                state: self.state,
                country: self.country,
                postal_code: self.postal_code,
                metadata: self.metadata.map(metadata::from_json).transpose()?,
            }),
        })
    }
}

/// Changes the fields that are given. Permission: org:update.
#[utoipa::path(put, path = "/orgs/{orgId}", tag = "organizations", params(OrganizationPath),
    request_body = UpdateOrganizationBody,
    responses((status = 200, description = "The organization after the change", body = Organization)))]
pub(crate) async fn update_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(body): StrictJson<UpdateOrganizationBody>,
) -> Result<Json<Organization>, HttpError> {
    let request = signed_in.call(body.of(path.organization_id.into_text())?);
    let answer = gateway.upstreams.organizations().update_organization(request).await?;
    Ok(Json(shaped(answer.into_inner().organization, "the organization")?))
}

/// Deletes a team organization that nobody else belongs to. Only an owner may.
#[utoipa::path(delete, path = "/orgs/{orgId}", tag = "organizations", params(OrganizationPath),
    responses((status = 204, description = "Deleted")))]
pub(crate) async fn delete_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
) -> Result<NoContent, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::DeleteOrganizationRequest { organization_id });
    let answer = gateway.upstreams.organizations().delete_organization(request).await?;
    Ok(NoContent(Position::of_organizations(answer.into_inner().position)))
}

/// The new owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransferOwnershipBody {
    /// User id of an active member other than the caller.
    #[schema(format = Uuid)]
    new_owner_id: String,
}

/// Makes another member an owner and the caller an ordinary member, in one step. Only an owner may.
#[utoipa::path(post, path = "/orgs/{orgId}/transfer-ownership", tag = "organizations", params(OrganizationPath),
    request_body = TransferOwnershipBody,
    responses((status = 200, description = "The organization after the change", body = Organization)))]
pub(crate) async fn transfer_ownership(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(TransferOwnershipBody { new_owner_id }): StrictJson<TransferOwnershipBody>,
) -> Result<(Position, Json<Organization>), HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = signed_in.call(proto::TransferOwnershipRequest { organization_id, new_owner_id });
    let answer = gateway.upstreams.organizations().transfer_ownership(request).await?.into_inner();
    let organization = shaped(answer.organization, "the organization")?;
    Ok((Position::of_organizations(answer.position), Json(organization)))
}
