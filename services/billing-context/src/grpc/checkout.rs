//! `CheckoutService`.

use contracts::billing::v1::checkout_service_server::CheckoutService;
use contracts::billing::v1::{OpenPortalRequest, OpenPortalResponse, StartCheckoutRequest, StartCheckoutResponse};
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::{use_cases, wire};

pub struct Checkout(pub Context);

#[tonic::async_trait]
impl CheckoutService for Checkout {
    async fn start_checkout(
        &self,
        request: Request<StartCheckoutRequest>,
    ) -> Result<Response<StartCheckoutResponse>, Status> {
        let caller = caller(&request)?;
        let command = wire::start_checkout(request.into_inner(), &self.0.return_origins)?;
        let checkout_url = use_cases::start_checkout(&self.0, &caller, command).await?;
        Ok(Response::new(StartCheckoutResponse { checkout_url }))
    }

    async fn open_portal(&self, request: Request<OpenPortalRequest>) -> Result<Response<OpenPortalResponse>, Status> {
        let caller = caller(&request)?;
        let command = wire::open_portal(request.into_inner(), &self.0.return_origins)?;
        let url = use_cases::open_portal(&self.0, &caller, command).await?;
        Ok(Response::new(OpenPortalResponse { url }))
    }
}
