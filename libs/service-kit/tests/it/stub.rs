//! A service whose one RPC does whatever a test wants.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::plan_service_server::{PlanService, PlanServiceServer};
use contracts::billing::v1::{ApplyPlansRequest, ApplyPlansResponse, ListPlansRequest, ListPlansResponse};
use service_kit::microservice::MicroserviceBuilder;
use service_kit::policy::{Policy, Requirement};
use service_kit::{Channel, Microservice, Refusal, Trust};
use test_kit::TestIssuer;
use tonic::{Request, Response, Status};

/// The path of the stub's RPC.
pub const RPC: &str = "/guildhall.billing.v1.PlanService/ListPlans";

type Doing = Pin<Box<dyn Future<Output = Result<String, Status>> + Send>>;

/// Answers `ListPlans` with the text that a function gives, as the next page's token.
#[derive(Clone)]
pub struct Stub(Arc<dyn Fn(Request<ListPlansRequest>) -> Doing + Send + Sync>);

impl Stub {
    pub fn new<F>(answer: impl Fn(Request<ListPlansRequest>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, Status>> + Send + 'static,
    {
        Self(Arc::new(move |request| Box::pin(answer(request))))
    }

    /// Says back what it is told.
    pub fn echo() -> Self {
        Self::new(|request| async move { Ok(request.into_inner().page_token) })
    }

    /// As a service that anybody may call.
    pub fn open(self) -> Microservice {
        self.behind(&TestIssuer::new(&test_kit::clock()).trust(), |_| Some(Requirement::Public)).build()
    }

    /// As a service with this policy.
    pub fn behind(self, trust: &Trust, policy: Policy) -> MicroserviceBuilder {
        Microservice::builder("stub", trust, policy).add(PlanServiceServer::new(self))
    }
}

#[tonic::async_trait]
impl PlanService for Stub {
    async fn list_plans(&self, request: Request<ListPlansRequest>) -> Result<Response<ListPlansResponse>, Status> {
        let next_page_token = (self.0)(request).await?;
        Ok(Response::new(ListPlansResponse { plans: Vec::new(), next_page_token }))
    }

    async fn apply_plans(&self, _: Request<ApplyPlansRequest>) -> Result<Response<ApplyPlansResponse>, Status> {
        Err(Refusal::internal("not a part of the stub").into())
    }
}

/// A message with this text.
pub fn message(text: &str) -> Request<ListPlansRequest> {
    Request::new(ListPlansRequest { page_size: 0, page_token: text.to_owned() })
}

/// Makes the call and answers with the text that came back.
pub async fn ask(channel: &Channel, request: Request<ListPlansRequest>) -> Result<String, Status> {
    Ok(answer(channel, request).await?.into_inner().next_page_token)
}

/// Makes the call and answers with everything that came back.
pub async fn answer(
    channel: &Channel,
    request: Request<ListPlansRequest>,
) -> Result<Response<ListPlansResponse>, Status> {
    PlanServiceClient::new(channel.clone()).list_plans(request).await
}
