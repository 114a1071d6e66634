//! `ManualProviderService`.

use contracts::billing::v1::manual_provider_service_server::ManualProviderService;
use contracts::billing::v1::{
    ChangeAtPortalRequest, ChangeAtPortalResponse, ConfirmCheckoutRequest, ConfirmCheckoutResponse,
    PreviewCheckoutRequest, PreviewCheckoutResponse, PreviewPortalRequest, PreviewPortalResponse,
};
use service_kit::CallOrigin;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::{use_cases, wire};

pub struct ManualProvider(pub Context);

#[tonic::async_trait]
impl ManualProviderService for ManualProvider {
    async fn preview_checkout(
        &self,
        request: Request<PreviewCheckoutRequest>,
    ) -> Result<Response<PreviewCheckoutResponse>, Status> {
        let secret = wire::errand_secret(&request.get_ref().token)?;
        let order = use_cases::find_order(&self.0, &secret).await?;
        Ok(Response::new(order.into()))
    }

    async fn confirm_checkout(
        &self,
        request: Request<ConfirmCheckoutRequest>,
    ) -> Result<Response<ConfirmCheckoutResponse>, Status> {
        let secret = wire::errand_secret(&request.get_ref().token)?;
        let confirmed = use_cases::confirm_checkout(&self.0, &secret, CallOrigin::of(&request)).await?;
        Ok(Response::new(confirmed.into()))
    }

    async fn preview_portal(
        &self,
        request: Request<PreviewPortalRequest>,
    ) -> Result<Response<PreviewPortalResponse>, Status> {
        let secret = wire::errand_secret(&request.get_ref().token)?;
        let visited = use_cases::visit_portal(&self.0, &secret).await?;
        Ok(Response::new(visited.into()))
    }

    async fn change_at_portal(
        &self,
        request: Request<ChangeAtPortalRequest>,
    ) -> Result<Response<ChangeAtPortalResponse>, Status> {
        let secret = wire::errand_secret(&request.get_ref().token)?;
        let action = wire::portal_action(request.get_ref().action())?;
        let entitled = use_cases::change_at_portal(&self.0, &secret, action, CallOrigin::of(&request)).await?;
        Ok(Response::new(ChangeAtPortalResponse { subscription: Some(wire::subscription(Some(entitled))) }))
    }
}
