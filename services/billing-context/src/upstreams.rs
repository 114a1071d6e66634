//! What this service asks of others, in its own words.

use access_policy::Permission;
use contracts::organizations::v1::access_service_client::AccessServiceClient;
use contracts::organizations::v1::{AuthorizeBackOfficeRequest, AuthorizeRequest, LookUpOrganizationRequest};
use service_kit::Channel;
use service_kit::refusal::pass_on_to_user;
use tonic::Status;

use crate::domain::{OrganizationId, UserId};
use crate::error::BillingError;

/// Channels to the services that this one calls; they carry the service credential.
pub struct Upstreams {
    /// Answers who may read an organization's billing, who may enter the back office, and what organizations there are.
    pub organizations: Channel,
}

/// The organizations service.
#[derive(Clone)]
pub struct Organizations {
    access: AccessServiceClient<Channel>,
}

impl Organizations {
    pub fn new(channel: Channel) -> Self {
        Self { access: AccessServiceClient::new(channel) }
    }

    /// Refused as organizations refuses it unless the user may read the organization's billing now.
    pub async fn let_read_billing(&self, user: UserId, organization: OrganizationId) -> Result<(), BillingError> {
        let request = AuthorizeRequest {
            user_id: user.to_string(),
            organization_id: organization.to_string(),
            permission: Permission::BillingRead.code().to_owned(),
            grant: None,
        };
        self.access.clone().authorize(request).await.map_err(failed)?;
        Ok(())
    }

    /// Refused unless the user may enter the back office now.
    pub async fn let_into_back_office(&self, user: UserId) -> Result<(), BillingError> {
        let request = AuthorizeBackOfficeRequest { user_id: user.to_string() };
        let answer = self.access.clone().authorize_back_office(request).await.map_err(failed)?;
        if answer.into_inner().is_allowed { Ok(()) } else { Err(BillingError::NotOfTheBackOffice) }
    }

    /// Refused unless there is such an organization now.
    pub async fn look_up(&self, organization: OrganizationId) -> Result<(), BillingError> {
        let request = LookUpOrganizationRequest { organization_id: organization.to_string() };
        self.access.clone().look_up_organization(request).await.map_err(failed)?;
        Ok(())
    }
}

fn failed(status: Status) -> BillingError {
    BillingError::Upstream(pass_on_to_user(status))
}
