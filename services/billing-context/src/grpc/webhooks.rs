//! `WebhookService`.

use contracts::billing::v1::webhook_service_server::WebhookService;
use contracts::billing::v1::{ReceiveStripeEventRequest, ReceiveStripeEventResponse};
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::use_cases;
use crate::wire::outcome;

pub struct Webhooks(pub Context);

#[tonic::async_trait]
impl WebhookService for Webhooks {
    async fn receive_stripe_event(
        &self,
        request: Request<ReceiveStripeEventRequest>,
    ) -> Result<Response<ReceiveStripeEventResponse>, Status> {
        let request = request.into_inner();
        let received = use_cases::receive_event(&self.0, &request.signature, &request.payload).await?;
        Ok(Response::new(ReceiveStripeEventResponse { outcome: outcome(received).into() }))
    }
}
