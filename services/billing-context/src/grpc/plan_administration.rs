//! `PlanAdministrationService`.

use contracts::billing::v1::plan_administration_service_server::PlanAdministrationService;
use contracts::billing::v1::{
    ListOfferedPlansRequest, ListOfferedPlansResponse, ReplacePlansRequest, ReplacePlansResponse,
};
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::use_cases;

const SCOPE: &str = "offered plans";

pub struct PlanAdministration(pub Context);

#[tonic::async_trait]
impl PlanAdministrationService for PlanAdministration {
    async fn list_offered_plans(
        &self,
        request: Request<ListOfferedPlansRequest>,
    ) -> Result<Response<ListOfferedPlansResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let page = self.0.page_tokens.parse(SCOPE, request.page_size, &request.page_token)?;
        let page = use_cases::list_offered_plans(&self.0, &caller, SCOPE, page).await?;
        let plans = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListOfferedPlansResponse { plans, next_page_token: page.next_page_token }))
    }

    async fn replace_plans(
        &self,
        request: Request<ReplacePlansRequest>,
    ) -> Result<Response<ReplacePlansResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let applied = use_cases::replace_plans(&self.0, &caller, command).await?;
        Ok(Response::new(ReplacePlansResponse { plans: applied.plans.into_iter().map(Into::into).collect() }))
    }
}
