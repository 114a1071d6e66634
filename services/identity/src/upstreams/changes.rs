//! What organizations and billing tell of their narrowing changes.

use std::pin::Pin;

use contracts::billing::v1::WatchEntitlementChangesRequest;
use contracts::billing::v1::entitlement_change_service_client::EntitlementChangeServiceClient;
use contracts::changes::v1::Changes;
use contracts::organizations::v1::WatchOrganizationChangesRequest;
use contracts::organizations::v1::organization_change_service_client::OrganizationChangeServiceClient;
use futures_util::{Stream, StreamExt};
use tonic::Status;

use super::Upstreams;
use crate::domain::change::News;

/// News without an end, or until something was missed.
pub type Telling = Pin<Box<dyn Stream<Item = Result<News, Status>> + Send>>;

impl Upstreams {
    /// What organizations remembers, then what comes.
    pub async fn organization_changes(&self) -> Result<Telling, Status> {
        let mut organizations = OrganizationChangeServiceClient::new(self.organizations.for_streams());
        let telling = organizations.watch_organization_changes(WatchOrganizationChangesRequest {}).await?.into_inner();
        Ok(Box::pin(telling.map(|told| read(told?.changes))))
    }

    /// What billing remembers, then what comes.
    pub async fn entitlement_changes(&self) -> Result<Telling, Status> {
        let mut billing = EntitlementChangeServiceClient::new(self.billing.for_streams());
        let telling = billing.watch_entitlement_changes(WatchEntitlementChangesRequest {}).await?.into_inner();
        Ok(Box::pin(telling.map(|told| read(told?.changes))))
    }
}

/// A part without content says nothing, least of all that there is no change.
fn read(changes: Option<Changes>) -> Result<News, Status> {
    changes.map(News::from).ok_or_else(|| Status::internal("a part of the changes came without its content"))
}
