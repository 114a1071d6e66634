//! `QuarantineService`.

use contracts::billing::v1::quarantine_service_server::QuarantineService;
use contracts::billing::v1::{
    DismissEventRequest, DismissEventResponse, ListQuarantineRequest, ListQuarantineResponse, ReplayEventRequest,
    ReplayEventResponse,
};
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::use_cases;

const SCOPE: &str = "quarantine";

pub struct Quarantine(pub Context);

#[tonic::async_trait]
impl QuarantineService for Quarantine {
    async fn list_quarantine(
        &self,
        request: Request<ListQuarantineRequest>,
    ) -> Result<Response<ListQuarantineResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let page = self.0.page_tokens.parse(SCOPE, request.page_size, &request.page_token)?;
        let page = use_cases::list_quarantine(&self.0, &caller, SCOPE, page).await?;
        let events = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListQuarantineResponse { events, next_page_token: page.next_page_token }))
    }

    async fn replay_event(
        &self,
        request: Request<ReplayEventRequest>,
    ) -> Result<Response<ReplayEventResponse>, Status> {
        let caller = caller(&request)?;
        let event = use_cases::replay_event(&self.0, &caller, &request.into_inner().event_id).await?;
        Ok(Response::new(ReplayEventResponse { event: Some(event.into()) }))
    }

    async fn dismiss_event(
        &self,
        request: Request<DismissEventRequest>,
    ) -> Result<Response<DismissEventResponse>, Status> {
        let caller = caller(&request)?;
        let event = use_cases::dismiss_event(&self.0, &caller, &request.into_inner().event_id).await?;
        Ok(Response::new(DismissEventResponse { event: Some(event.into()) }))
    }
}
