//! What this service asks of others, in its own words.

use std::time::Duration;

use access_policy::Permission;
use contracts::organizations::v1 as proto;
use contracts::organizations::v1::access_service_client::AccessServiceClient;
use service_kit::refusal::pass_on_to_user;
use service_kit::{Channel, Refusal};
use tonic::Status;

use crate::domain::{EndingCursor, OrganizationId, UserId};
use crate::error::BillingError;

/// All that is asked can be repeated.
const PATIENCE: Duration = Duration::from_secs(8);

/// Channels to the services that this one calls; they carry the service credential.
pub struct Upstreams {
    /// Answers who may read and manage an organization's billing, and which organizations have ended.
    pub organizations: Channel,
}

/// The organizations service.
#[derive(Clone)]
pub struct Organizations {
    access: AccessServiceClient<Channel>,
}

impl Organizations {
    pub fn new(channel: Channel) -> Self {
        Self { access: AccessServiceClient::new(channel.waiting_at_most(PATIENCE)) }
    }

    /// Refused as organizations refuses it unless the user may do this in the organization now.
    pub async fn authorize(
        &self,
        user: UserId,
        organization: OrganizationId,
        permission: Permission,
    ) -> Result<(), BillingError> {
        let request = proto::AuthorizeRequest {
            user_id: user.to_string(),
            organization_id: organization.to_string(),
            permission: permission.code().to_owned(),
            grant: None,
        };
        self.access.clone().authorize(request).await.map_err(failed)?;
        Ok(())
    }

    /// Refused unless the user may enter the back office now.
    pub async fn authorize_back_office(&self, user: UserId) -> Result<(), BillingError> {
        let request = proto::AuthorizeBackOfficeRequest { user_id: user.to_string() };
        let answer = self.access.clone().authorize_back_office(request).await.map_err(failed)?;
        if answer.into_inner().is_allowed { Ok(()) } else { Err(BillingError::NotOfTheBackOffice) }
    }

    /// Refused unless there is such an organization now; answers whether it is active, rather than suspended.
    pub async fn look_up(&self, organization: OrganizationId) -> Result<bool, BillingError> {
        let request = proto::LookUpOrganizationRequest { organization_id: organization.to_string() };
        let answer = self.access.clone().look_up_organization(request).await.map_err(failed)?;
        Ok(answer.into_inner().status() == proto::OrganizationStatus::Active)
    }

    /// Organizations that have ended after this place in the record, in the order of the record.
    pub async fn ended_after(&self, after: EndingCursor, limit: i32) -> Result<Vec<EndingCursor>, BillingError> {
        let request = proto::ListEndedOrganizationsRequest {
            after_position: after.position,
            after_organization_id: after.organization_id.to_string(),
            page_size: limit,
        };
        let answer = self.access.clone().list_ended_organizations(request).await.map_err(failed)?;
        let mut endings = Vec::new();
        for ending in answer.into_inner().endings {
            let organization_id = ending.organization_id.parse().map_err(unreadable)?;
            endings.push(EndingCursor { position: ending.position, organization_id });
        }
        Ok(endings)
    }
}

fn failed(status: Status) -> BillingError {
    BillingError::Upstream(pass_on_to_user(status))
}

fn unreadable(problem: service_kit::id::NotAnId) -> BillingError {
    BillingError::Upstream(Refusal::internal(problem).into())
}
