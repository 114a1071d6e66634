//! Calls about organizations.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::organization_service_server::OrganizationService;
use tonic::{Request, Response, Status};

use crate::grpc::{Grpc, caller};
use crate::use_cases::create_organization::create_organization;
use crate::use_cases::delete_organization::delete_organization;
use crate::use_cases::get_organization::get_organization;
use crate::use_cases::list_organizations_of::{list_organizations_of, scope};
use crate::use_cases::transfer_ownership::transfer_ownership;
use crate::use_cases::update_organization::update_organization;
use crate::wire;

#[tonic::async_trait]
impl OrganizationService for Grpc {
    async fn create_organization(
        &self,
        request: Request<proto::CreateOrganizationRequest>,
    ) -> Result<Response<proto::CreateOrganizationResponse>, Status> {
        let caller = caller(&request)?;
        let command = wire::create_organization(request.into_inner(), caller.user_id)?;
        let view = create_organization(&self.context, &caller, command).await?;
        Ok(Response::new(proto::CreateOrganizationResponse { organization: Some(view.into()) }))
    }

    async fn get_organization(
        &self,
        request: Request<proto::GetOrganizationRequest>,
    ) -> Result<Response<proto::GetOrganizationResponse>, Status> {
        let caller = caller(&request)?;
        let organization_id = wire::organization_id(&request.get_ref().organization_id)?;
        let view = get_organization(&self.context, &caller, organization_id).await?;
        Ok(Response::new(proto::GetOrganizationResponse { organization: Some(view.into()) }))
    }

    async fn update_organization(
        &self,
        request: Request<proto::UpdateOrganizationRequest>,
    ) -> Result<Response<proto::UpdateOrganizationResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let view = update_organization(&self.context, &caller, command).await?;
        Ok(Response::new(proto::UpdateOrganizationResponse { organization: Some(view.into()) }))
    }

    async fn delete_organization(
        &self,
        request: Request<proto::DeleteOrganizationRequest>,
    ) -> Result<Response<proto::DeleteOrganizationResponse>, Status> {
        let caller = caller(&request)?;
        let organization_id = wire::organization_id(&request.get_ref().organization_id)?;
        let position = delete_organization(&self.context, &caller, organization_id).await?;
        Ok(Response::new(proto::DeleteOrganizationResponse { position }))
    }

    async fn transfer_ownership(
        &self,
        request: Request<proto::TransferOwnershipRequest>,
    ) -> Result<Response<proto::TransferOwnershipResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let outcome = transfer_ownership(&self.context, &caller, command).await?;
        Ok(Response::new(outcome.into()))
    }

    async fn list_my_organizations(
        &self,
        request: Request<proto::ListMyOrganizationsRequest>,
    ) -> Result<Response<proto::ListMyOrganizationsResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let page = self.context.page_tokens.parse(&scope(caller.user_id), message.page_size, &message.page_token)?;
        let page = list_organizations_of(&self.context, caller.user_id, page, wire::size_of_my_organization).await?;
        Ok(Response::new(wire::page_of_my_organizations(page)))
    }
}
