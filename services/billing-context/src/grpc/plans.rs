//! `PlanService`.

use contracts::billing::v1::plan_service_server::PlanService;
use contracts::billing::v1::{ApplyPlansRequest, ApplyPlansResponse, ListPlansRequest, ListPlansResponse};
use service_kit::CallOrigin;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::domain::Trail;
use crate::use_cases;

const SCOPE: &str = "plans";

pub struct Plans(pub Context);

#[tonic::async_trait]
impl PlanService for Plans {
    async fn list_plans(&self, request: Request<ListPlansRequest>) -> Result<Response<ListPlansResponse>, Status> {
        let request = request.into_inner();
        let page = self.0.page_tokens.parse(SCOPE, request.page_size, &request.page_token)?;
        let page = use_cases::list_plans(&self.0, SCOPE, page).await?;
        let plans = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListPlansResponse { plans, next_page_token: page.next_page_token }))
    }

    async fn apply_plans(&self, request: Request<ApplyPlansRequest>) -> Result<Response<ApplyPlansResponse>, Status> {
        let trail = Trail::of_operator(CallOrigin::of(&request));
        let command = request.into_inner().try_into()?;
        let applied = use_cases::apply_plans(&self.0, &trail, command).await?;
        Ok(Response::new(applied.into()))
    }
}
