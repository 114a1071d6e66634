//! `SubscriptionAdministrationService`.

use contracts::billing::v1::subscription_administration_service_server::SubscriptionAdministrationService;
use contracts::billing::v1::{ChangeSubscriptionRequest, ChangeSubscriptionResponse};
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::use_cases;

pub struct SubscriptionAdministration(pub Context);

#[tonic::async_trait]
impl SubscriptionAdministrationService for SubscriptionAdministration {
    async fn change_subscription(
        &self,
        request: Request<ChangeSubscriptionRequest>,
    ) -> Result<Response<ChangeSubscriptionResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let changed = use_cases::change_subscription(&self.0, &caller, command).await?;
        Ok(Response::new(changed.into()))
    }
}
