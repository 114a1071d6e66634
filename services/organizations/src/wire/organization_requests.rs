//! Requests about organizations, as commands.

use contracts::organizations::v1 as proto;
use service_kit::{Fields, Refusal};

use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::name::OrganizationName;
use crate::domain::organization::OrganizationChange;
use crate::domain::slug::{Slug, WantedSlug};
use crate::use_cases::create_organization::CreateOrganization;
use crate::use_cases::transfer_ownership::TransferOwnership;
use crate::use_cases::update_organization::UpdateOrganization;
use crate::wire::profile::profile_change;

/// Reads what to make for the caller.
pub fn create_organization(
    message: proto::CreateOrganizationRequest,
    caller: UserId,
) -> Result<CreateOrganization, Refusal> {
    let proto::CreateOrganizationRequest { name, slug } = message;
    create_organization_for(proto::CreateOrganizationForRequest { name, slug, owner_id: None }, caller)
}

/// Reads what to make, and for whom if not for the caller.
pub fn create_organization_for(
    message: proto::CreateOrganizationForRequest,
    caller: UserId,
) -> Result<CreateOrganization, Refusal> {
    let mut fields = Fields::default();
    let name = fields.check("name", OrganizationName::parse(&message.name));
    let slug = fields.check_optional("slug", message.slug.as_deref().map(Slug::parse));
    let owner_id = fields.check_optional("owner_id", message.owner_id.as_deref().map(str::parse));
    let (Some(name), Some(slug), Some(owner_id)) = (name, slug, owner_id) else { return Err(fields.refuse()) };
    Ok(CreateOrganization { name, slug, owner_id: owner_id.unwrap_or(caller) })
}

impl TryFrom<proto::UpdateOrganizationRequest> for UpdateOrganization {
    type Error = Refusal;

    fn try_from(message: proto::UpdateOrganizationRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", message.organization_id.parse::<OrganizationId>());
        let name = fields.check_optional("name", message.name.as_deref().map(OrganizationName::parse));
        let slug = fields.check_optional("slug", message.slug.as_deref().map(WantedSlug::parse));
        let profile = profile_change(&mut fields, message.profile.unwrap_or_default());
        let (Some(organization_id), Some(name), Some(slug), Some(profile)) = (organization_id, name, slug, profile)
        else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, change: OrganizationChange { name, slug, profile } })
    }
}

impl TryFrom<proto::TransferOwnershipRequest> for TransferOwnership {
    type Error = Refusal;

    fn try_from(message: proto::TransferOwnershipRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let new_owner_id = fields.check("new_owner_id", message.new_owner_id.parse());
        let (Some(organization_id), Some(new_owner_id)) = (organization_id, new_owner_id) else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, new_owner_id })
    }
}
