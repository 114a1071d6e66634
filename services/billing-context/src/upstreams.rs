//! What this service asks of others, in its own words.

use access_policy::Permission;
use contracts::organizations::v1::AuthorizeRequest;
use contracts::organizations::v1::access_service_client::AccessServiceClient;
use service_kit::Channel;
use service_kit::refusal::pass_on_to_user;

use crate::domain::{OrganizationId, UserId};
use crate::error::BillingError;

/// Channels to the services that this one calls; they carry the service credential.
pub struct Upstreams {
    /// Answers who may read an organization's billing.
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
        self.access
            .clone()
            .authorize(request)
            .await
            .map_err(|status| BillingError::Upstream(pass_on_to_user(status)))?;
        Ok(())
    }
}
