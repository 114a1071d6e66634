//! `InvitationService`.

use contracts::invitations::v1::invitation_service_server::InvitationService;
use contracts::invitations::v1::{
    AcceptInvitationByTokenRequest, AcceptInvitationByTokenResponse, AcceptInvitationRequest, AcceptInvitationResponse,
    CreateInvitationRequest, CreateInvitationResponse, CreateInvitationsRequest, CreateInvitationsResponse,
    DeclineInvitationByTokenRequest, DeclineInvitationByTokenResponse, DeclineInvitationRequest,
    DeclineInvitationResponse, ExportMyInvitationsRequest, ExportMyInvitationsResponse, ListInvitationsRequest,
    ListInvitationsResponse, ListMyInvitationsRequest, ListMyInvitationsResponse, PreviewInvitationRequest,
    PreviewInvitationResponse, ResendInvitationRequest, ResendInvitationResponse, RevokeInvitationRequest,
    RevokeInvitationResponse,
};
use service_kit::CallOrigin;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::use_cases::{self, Answering};
use crate::wire;

pub struct Invitations(pub Context);

#[tonic::async_trait]
impl InvitationService for Invitations {
    async fn create_invitation(
        &self,
        request: Request<CreateInvitationRequest>,
    ) -> Result<Response<CreateInvitationResponse>, Status> {
        let caller = caller(&request)?;
        let command = wire::create_invitation(request.get_ref(), self.0.clock.now())?;
        let created = use_cases::create_invitation(&self.0, &caller, command).await?;
        let (invitation, token) = wire::created_invitation(created, self.0.clock.now());
        Ok(Response::new(CreateInvitationResponse { invitation: Some(invitation), token }))
    }

    async fn create_invitations(
        &self,
        request: Request<CreateInvitationsRequest>,
    ) -> Result<Response<CreateInvitationsResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let command = wire::create_invitations(&request, self.0.clock.now())?;
        let outcomes = use_cases::create_invitations(&self.0, &caller, command).await?;
        let results = wire::invitation_results(request.emails, outcomes, self.0.clock.now());
        Ok(Response::new(CreateInvitationsResponse { results }))
    }

    async fn resend_invitation(
        &self,
        request: Request<ResendInvitationRequest>,
    ) -> Result<Response<ResendInvitationResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let (organization, id) =
            wire::id_in_organization(&request.organization_id, "invitation_id", &request.invitation_id)?;
        let sent = use_cases::resend_invitation(&self.0, &caller, organization, id).await?;
        let (invitation, token) = wire::created_invitation(sent, self.0.clock.now());
        Ok(Response::new(ResendInvitationResponse { invitation: Some(invitation), token }))
    }

    async fn list_invitations(
        &self,
        request: Request<ListInvitationsRequest>,
    ) -> Result<Response<ListInvitationsResponse>, Status> {
        let caller = caller(&request)?;
        let (query, scope) = wire::list_invitations(&request.into_inner(), &self.0.page_tokens)?;
        let page = use_cases::list_invitations(&self.0, caller.user_id, query, &scope).await?;
        let (invitations, next_page_token) = wire::listed_invitations(page, self.0.clock.now());
        Ok(Response::new(ListInvitationsResponse { invitations, next_page_token }))
    }

    async fn revoke_invitation(
        &self,
        request: Request<RevokeInvitationRequest>,
    ) -> Result<Response<RevokeInvitationResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let (organization, id) =
            wire::id_in_organization(&request.organization_id, "invitation_id", &request.invitation_id)?;
        use_cases::revoke_invitation(&self.0, &caller, organization, id).await?;
        Ok(Response::new(RevokeInvitationResponse {}))
    }

    async fn list_my_invitations(
        &self,
        request: Request<ListMyInvitationsRequest>,
    ) -> Result<Response<ListMyInvitationsResponse>, Status> {
        let caller = caller(&request)?.user_id;
        let request = request.into_inner();
        let scope = format!("my-invitations/{caller}");
        let page = self.0.page_tokens.parse(&scope, request.page_size, &request.page_token)?;
        let page = use_cases::list_my_invitations(&self.0, caller, &scope, page).await?;
        let (invitations, next_page_token) = wire::invitations(page, self.0.clock.now());
        Ok(Response::new(ListMyInvitationsResponse { invitations, next_page_token }))
    }

    async fn export_my_invitations(
        &self,
        request: Request<ExportMyInvitationsRequest>,
    ) -> Result<Response<ExportMyInvitationsResponse>, Status> {
        let export = use_cases::export_my_invitations(&self.0, caller(&request)?.user_id).await?;
        Ok(Response::new(wire::exported(export, self.0.clock.now())))
    }

    async fn accept_invitation(
        &self,
        request: Request<AcceptInvitationRequest>,
    ) -> Result<Response<AcceptInvitationResponse>, Status> {
        let caller = caller(&request)?;
        let id = wire::id("invitation_id", &request.get_ref().invitation_id)?;
        let admission = use_cases::accept_invitation(&self.0, &caller, Answering::ById(id)).await?;
        let role = wire::role(admission.role).into();
        Ok(Response::new(AcceptInvitationResponse { organization: admission.organization, role }))
    }

    async fn accept_invitation_by_token(
        &self,
        request: Request<AcceptInvitationByTokenRequest>,
    ) -> Result<Response<AcceptInvitationByTokenResponse>, Status> {
        let caller = caller(&request)?;
        let token = wire::token(&request.get_ref().token)?;
        let accepting = use_cases::accept_invitation(&self.0, &caller, Answering::ByToken(token));
        let admission = use_cases::count_try(&self.0, caller.origin.ip(), accepting).await?;
        let role = wire::role(admission.role).into();
        Ok(Response::new(AcceptInvitationByTokenResponse { organization: admission.organization, role }))
    }

    async fn decline_invitation(
        &self,
        request: Request<DeclineInvitationRequest>,
    ) -> Result<Response<DeclineInvitationResponse>, Status> {
        let caller = caller(&request)?;
        let id = wire::id("invitation_id", &request.get_ref().invitation_id)?;
        use_cases::decline_invitation(&self.0, &caller, Answering::ById(id)).await?;
        Ok(Response::new(DeclineInvitationResponse {}))
    }

    async fn decline_invitation_by_token(
        &self,
        request: Request<DeclineInvitationByTokenRequest>,
    ) -> Result<Response<DeclineInvitationByTokenResponse>, Status> {
        let caller = caller(&request)?;
        let token = wire::token(&request.get_ref().token)?;
        let declining = use_cases::decline_invitation(&self.0, &caller, Answering::ByToken(token));
        use_cases::count_try(&self.0, caller.origin.ip(), declining).await?;
        Ok(Response::new(DeclineInvitationByTokenResponse {}))
    }

    async fn preview_invitation(
        &self,
        request: Request<PreviewInvitationRequest>,
    ) -> Result<Response<PreviewInvitationResponse>, Status> {
        let token = wire::token(&request.get_ref().token)?;
        let previewing = use_cases::preview_invitation(&self.0, &token);
        let preview = use_cases::count_try(&self.0, CallOrigin::of(&request).ip(), previewing).await?;
        Ok(Response::new(preview.into()))
    }
}
