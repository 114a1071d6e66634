//! Organizations.

use contracts::organizations::v1 as proto;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, filled, shaped};
use super::instant::Instant;
use super::member::{MemberStatus, OrgRole};
use super::metadata;
use super::role::Role;

/// An organization: personal or a team.
#[derive(Serialize, ToSchema)]
pub(crate) struct Organization {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    slug: String,
    is_personal: bool,
    status: OrganizationStatus,
    /// The user who has been an owner for the longest time.
    #[schema(format = Uuid)]
    owner_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<String>,
    /// Whatever the organization keeps here.
    metadata: Map<String, Value>,
    created_at: Instant,
    updated_at: Instant,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrganizationStatus {
    Active,
    Suspended,
}

impl TryFrom<proto::Organization> for Organization {
    type Error = Incomplete;

    fn try_from(organization: proto::Organization) -> Result<Self, Incomplete> {
        let status = match organization.status() {
            proto::OrganizationStatus::Active => Some(OrganizationStatus::Active),
            proto::OrganizationStatus::Suspended => Some(OrganizationStatus::Suspended),
            proto::OrganizationStatus::Unspecified => None,
        };
        let profile = organization.profile.unwrap_or_default();
        Ok(Self {
            id: organization.id,
            name: organization.name,
            slug: organization.slug,
            is_personal: organization.is_personal,
            status: filled(status, "the organization's status")?,
            owner_id: organization.owner_id,
            description: profile.description,
            logo_url: profile.logo_url,
            website: profile.website,
            contact_email: profile.contact_email,
            contact_phone: profile.contact_phone,
            address: profile.address,
            city: profile.city,
            state: profile.state,
            country: profile.country,
            postal_code: profile.postal_code,
            metadata: metadata::to_json(profile.metadata.unwrap_or_default()),
            created_at: Instant::of(organization.created_at, "the organization's created_at")?,
            updated_at: Instant::of(organization.updated_at, "the organization's updated_at")?,
        })
    }
}

/// A page of organizations, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Organizations {
    organizations: Vec<Organization>,
    /// Empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::ListOrganizationsResponse> for Organizations {
    type Error = Incomplete;

    fn try_from(answer: proto::ListOrganizationsResponse) -> Result<Self, Incomplete> {
        Ok(Self { organizations: each(answer.organizations)?, next_page_token: answer.next_page_token })
    }
}

/// One organization that the caller belongs to.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyOrganization {
    organization: Organization,
    /// Of the membership.
    status: MemberStatus,
    role: OrgRole,
    roles: Vec<Role>,
    joined_at: Instant,
}

impl TryFrom<proto::MyOrganization> for MyOrganization {
    type Error = Incomplete;

    fn try_from(mine: proto::MyOrganization) -> Result<Self, Incomplete> {
        Ok(Self {
            status: mine.status().try_into()?,
            role: mine.role().try_into()?,
            organization: shaped(mine.organization, "the organization")?,
            roles: each(mine.roles)?,
            joined_at: Instant::of(mine.joined_at, "the joined_at")?,
        })
    }
}

/// The caller's organizations, the personal one first.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyOrganizations {
    organizations: Vec<MyOrganization>,
    /// Empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::ListMyOrganizationsResponse> for MyOrganizations {
    type Error = Incomplete;

    fn try_from(answer: proto::ListMyOrganizationsResponse) -> Result<Self, Incomplete> {
        Ok(Self { organizations: each(answer.organizations)?, next_page_token: answer.next_page_token })
    }
}

/// The organization that the caller belongs to now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Joined {
    organization: Organization,
    /// The same as `organization.id`.
    #[schema(format = Uuid)]
    org_id: String,
    role: OrgRole,
}

impl Joined {
    pub(crate) fn of(organization: Option<proto::Organization>, role: proto::OrgRole) -> Result<Self, Incomplete> {
        let organization: Organization = shaped(organization, "the organization")?;
        Ok(Self { org_id: organization.id.clone(), organization, role: role.try_into()? })
    }
}
