//! `AdmissionService`.

use contracts::invitations::v1::admission_service_server::AdmissionService;
use contracts::invitations::v1::{
    AdmitProvenRequest, AdmitProvenResponse, RegisterInviteeRequest, RegisterInviteeResponse,
};
use service_kit::CallOrigin;
use service_kit::call_origin::is_from_service;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::use_cases;
use crate::wire;

pub struct Admissions(pub Context);

#[tonic::async_trait]
impl AdmissionService for Admissions {
    async fn register_invitee(
        &self,
        request: Request<RegisterInviteeRequest>,
    ) -> Result<Response<RegisterInviteeResponse>, Status> {
        let is_from_service = is_from_service(&request);
        let origin = CallOrigin::of(&request);
        let (token, registration) = wire::register_invitee(request.into_inner(), is_from_service, origin)?;
        let from = registration.from();
        let registering = use_cases::register_invitee(&self.0, &token, registration);
        let registered = use_cases::count_try(&self.0, from, registering).await?;
        let mut answer = registered.into_answer();
        if !is_from_service && answer.user.is_none() {
            answer.user_id = String::new();
        }
        Ok(Response::new(RegisterInviteeResponse { registered: Some(answer) }))
    }

    async fn admit_proven(
        &self,
        request: Request<AdmitProvenRequest>,
    ) -> Result<Response<AdmitProvenResponse>, Status> {
        let user = wire::id("user_id", &request.get_ref().user_id)?;
        let joined = use_cases::admit_proven(&self.0, user).await?;
        Ok(Response::new(AdmitProvenResponse { joined }))
    }
}
