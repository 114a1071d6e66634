//! `SubscriptionService`.

use contracts::billing::v1::subscription_service_server::SubscriptionService;
use contracts::billing::v1::{
    GetEntitlementRequest, GetEntitlementResponse, GetSubscriptionRequest, GetSubscriptionResponse,
    GrantSubscriptionRequest, GrantSubscriptionResponse,
};
use service_kit::CallOrigin;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::domain::Trail;
use crate::grpc::caller;
use crate::use_cases;
use crate::wire::{organization_id, subscription};

pub struct Subscriptions(pub Context);

#[tonic::async_trait]
impl SubscriptionService for Subscriptions {
    async fn get_subscription(
        &self,
        request: Request<GetSubscriptionRequest>,
    ) -> Result<Response<GetSubscriptionResponse>, Status> {
        let caller = caller(&request)?;
        let organization = organization_id(&request.get_ref().organization_id)?;
        let entitled = use_cases::get_subscription(&self.0, caller.user_id, organization).await?;
        Ok(Response::new(GetSubscriptionResponse { subscription: Some(subscription(entitled)) }))
    }

    async fn grant_subscription(
        &self,
        request: Request<GrantSubscriptionRequest>,
    ) -> Result<Response<GrantSubscriptionResponse>, Status> {
        let trail = Trail::of_operator(CallOrigin::of(&request));
        let command = request.into_inner().try_into()?;
        let granted = use_cases::grant_subscription(&self.0, &trail, command).await?;
        Ok(Response::new(granted.into()))
    }

    async fn get_entitlement(
        &self,
        request: Request<GetEntitlementRequest>,
    ) -> Result<Response<GetEntitlementResponse>, Status> {
        let organization = organization_id(&request.get_ref().organization_id)?;
        let entitlement = use_cases::get_entitlement(&self.0, organization).await?;
        Ok(Response::new(entitlement.into()))
    }
}
