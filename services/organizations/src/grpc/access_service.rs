//! Calls of the other services.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::access_service_server::AccessService;
use service_kit::CallOrigin;
use tonic::{Request, Response, Status};

use crate::grpc::Grpc;
use crate::use_cases::add_member::add_member;
use crate::use_cases::authorize::authorize;
use crate::use_cases::authorize_back_office::authorize_back_office;
use crate::use_cases::call_off_join::call_off_join;
use crate::use_cases::check_offer::check_offer;
use crate::use_cases::depart_user::{Departure, depart_user};
use crate::use_cases::ensure_personal_organization::ensure_personal_organization;
use crate::use_cases::get_access::get_access;
use crate::use_cases::list_ended_organizations::list_ended_organizations;
use crate::use_cases::look_up_organization::look_up_organization;
use crate::use_cases::open_offer::{close_offer, open_offer};
use crate::use_cases::record_profile::record_profile;
use crate::wire;

#[tonic::async_trait]
impl AccessService for Grpc {
    async fn ensure_personal_organization(
        &self,
        request: Request<proto::EnsurePersonalOrganizationRequest>,
    ) -> Result<Response<proto::EnsurePersonalOrganizationResponse>, Status> {
        let origin = CallOrigin::of(&request);
        let command = request.into_inner().try_into()?;
        let view = ensure_personal_organization(&self.context, command, origin).await?;
        Ok(Response::new(proto::EnsurePersonalOrganizationResponse { organization: Some(view.into()) }))
    }

    async fn look_up_organization(
        &self,
        request: Request<proto::LookUpOrganizationRequest>,
    ) -> Result<Response<proto::LookUpOrganizationResponse>, Status> {
        let organization_id = wire::organization_id(&request.get_ref().organization_id)?;
        let status = look_up_organization(&self.context, organization_id).await?;
        Ok(Response::new(proto::LookUpOrganizationResponse { status: proto::OrganizationStatus::from(status).into() }))
    }

    async fn get_access(
        &self,
        request: Request<proto::GetAccessRequest>,
    ) -> Result<Response<proto::GetAccessResponse>, Status> {
        let command = request.into_inner().try_into()?;
        let outcome = get_access(&self.context, command).await?;
        Ok(Response::new(outcome.into()))
    }

    async fn authorize(
        &self,
        request: Request<proto::AuthorizeRequest>,
    ) -> Result<Response<proto::AuthorizeResponse>, Status> {
        let command = request.into_inner().try_into()?;
        let outcome = authorize(&self.context, command).await?;
        Ok(Response::new(outcome.into()))
    }

    async fn authorize_back_office(
        &self,
        request: Request<proto::AuthorizeBackOfficeRequest>,
    ) -> Result<Response<proto::AuthorizeBackOfficeResponse>, Status> {
        let user_id = wire::user_id(&request.get_ref().user_id)?;
        let is_allowed = authorize_back_office(&self.context, user_id).await?;
        Ok(Response::new(proto::AuthorizeBackOfficeResponse { is_allowed }))
    }

    async fn open_offer(
        &self,
        request: Request<proto::OpenOfferRequest>,
    ) -> Result<Response<proto::OpenOfferResponse>, Status> {
        let command = request.into_inner().try_into()?;
        let outcome = open_offer(&self.context, command).await?;
        Ok(Response::new(outcome.into()))
    }

    async fn close_offer(
        &self,
        request: Request<proto::CloseOfferRequest>,
    ) -> Result<Response<proto::CloseOfferResponse>, Status> {
        let (organization_id, offer_id) = wire::offer(request.get_ref())?;
        close_offer(&self.context, organization_id, offer_id).await?;
        Ok(Response::new(proto::CloseOfferResponse {}))
    }

    async fn check_offer(
        &self,
        request: Request<proto::CheckOfferRequest>,
    ) -> Result<Response<proto::CheckOfferResponse>, Status> {
        check_offer(&self.context, request.into_inner().try_into()?).await?;
        Ok(Response::new(proto::CheckOfferResponse {}))
    }

    async fn add_member(
        &self,
        request: Request<proto::AddMemberRequest>,
    ) -> Result<Response<proto::AddMemberResponse>, Status> {
        let origin = CallOrigin::of(&request);
        let command = request.into_inner().try_into()?;
        let outcome = add_member(&self.context, command, origin).await?;
        Ok(Response::new(outcome.into()))
    }

    async fn call_off_join(
        &self,
        request: Request<proto::CallOffJoinRequest>,
    ) -> Result<Response<proto::CallOffJoinResponse>, Status> {
        let (organization_id, join_id) = wire::joining(request.get_ref())?;
        let has_joined = call_off_join(&self.context, organization_id, join_id).await?;
        Ok(Response::new(proto::CallOffJoinResponse { has_joined }))
    }

    async fn depart_user(
        &self,
        request: Request<proto::DepartUserRequest>,
    ) -> Result<Response<proto::DepartUserResponse>, Status> {
        let origin = CallOrigin::of(&request);
        let proto::DepartUserRequest { user_id, hand_over, by_operator } = request.into_inner();
        let departure = Departure { user_id: wire::user_id(&user_id)?, hands_over: hand_over, by_operator };
        let position = depart_user(&self.context, departure, origin).await?;
        Ok(Response::new(proto::DepartUserResponse { position }))
    }

    async fn record_profile(
        &self,
        request: Request<proto::RecordProfileRequest>,
    ) -> Result<Response<proto::RecordProfileResponse>, Status> {
        let origin = CallOrigin::of(&request);
        let profile = request.into_inner().try_into()?;
        record_profile(&self.context, profile, origin).await?;
        Ok(Response::new(proto::RecordProfileResponse {}))
    }

    async fn list_ended_organizations(
        &self,
        request: Request<proto::ListEndedOrganizationsRequest>,
    ) -> Result<Response<proto::ListEndedOrganizationsResponse>, Status> {
        let (after, limit) = wire::endings_after(request.get_ref())?;
        let endings = list_ended_organizations(&self.context, after, limit).await?;
        let endings = endings.into_iter().map(Into::into).collect();
        Ok(Response::new(proto::ListEndedOrganizationsResponse { endings }))
    }
}
