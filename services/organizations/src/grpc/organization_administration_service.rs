//! The back office's calls about organizations.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::organization_administration_service_server::OrganizationAdministrationService;
use service_kit::audit::Filter;
use tonic::{Request, Response, Status};

use crate::domain::organization::OrganizationStatus;
use crate::grpc::{Grpc, administrator};
use crate::use_cases::create_organization::create_organization;
use crate::use_cases::delete_any_organization::delete_any_organization;
use crate::use_cases::get_organization::get_organization;
use crate::use_cases::list_audit_log::{self, list_audit_log};
use crate::use_cases::list_organizations::{self, list_organizations};
use crate::use_cases::set_organization_status::set_organization_status;
use crate::use_cases::update_organization::update_organization;
use crate::wire;

#[tonic::async_trait]
impl OrganizationAdministrationService for Grpc {
    async fn list_organizations(
        &self,
        request: Request<proto::ListOrganizationsRequest>,
    ) -> Result<Response<proto::ListOrganizationsResponse>, Status> {
        let caller = administrator(&request)?;
        let message = request.into_inner();
        let filter = wire::organization_filter(&message)?;
        let scope = list_organizations::scope(&filter);
        let page = self.context.page_tokens.parse(&scope, message.page_size, &message.page_token)?;
        let page = list_organizations(&self.context, &caller, filter, page, wire::size_of_organization).await?;
        let organizations = page.entries.into_iter().map(Into::into).collect();
        let next_page_token = page.next_page_token;
        Ok(Response::new(proto::ListOrganizationsResponse { organizations, next_page_token }))
    }

    async fn get_any_organization(
        &self,
        request: Request<proto::GetAnyOrganizationRequest>,
    ) -> Result<Response<proto::GetAnyOrganizationResponse>, Status> {
        let caller = administrator(&request)?;
        let organization_id = wire::organization_id(&request.get_ref().organization_id)?;
        let view = get_organization(&self.context, &caller, organization_id).await?;
        Ok(Response::new(proto::GetAnyOrganizationResponse { organization: Some(view.into()) }))
    }

    async fn create_organization_for(
        &self,
        request: Request<proto::CreateOrganizationForRequest>,
    ) -> Result<Response<proto::CreateOrganizationForResponse>, Status> {
        let caller = administrator(&request)?;
        let command = wire::create_organization_for(request.into_inner(), caller.user_id)?;
        let view = create_organization(&self.context, &caller, command).await?;
        Ok(Response::new(proto::CreateOrganizationForResponse { organization: Some(view.into()) }))
    }

    async fn update_any_organization(
        &self,
        request: Request<proto::UpdateAnyOrganizationRequest>,
    ) -> Result<Response<proto::UpdateAnyOrganizationResponse>, Status> {
        let caller = administrator(&request)?;
        let proto::UpdateAnyOrganizationRequest { organization_id, name, slug, profile } = request.into_inner();
        let command = proto::UpdateOrganizationRequest { organization_id, name, slug, profile }.try_into()?;
        let view = update_organization(&self.context, &caller, command).await?;
        Ok(Response::new(proto::UpdateAnyOrganizationResponse { organization: Some(view.into()) }))
    }

    async fn suspend_organization(
        &self,
        request: Request<proto::SuspendOrganizationRequest>,
    ) -> Result<Response<proto::SuspendOrganizationResponse>, Status> {
        let caller = administrator(&request)?;
        let proto::SuspendOrganizationRequest { organization_id, reason } = request.into_inner();
        let command =
            wire::set_organization_status(&organization_id, OrganizationStatus::Suspended, reason.as_deref())?;
        let changed = set_organization_status(&self.context, &caller, command).await?;
        let organization = Some(changed.view.into());
        Ok(Response::new(proto::SuspendOrganizationResponse { organization, position: changed.position }))
    }

    async fn reactivate_organization(
        &self,
        request: Request<proto::ReactivateOrganizationRequest>,
    ) -> Result<Response<proto::ReactivateOrganizationResponse>, Status> {
        let caller = administrator(&request)?;
        let proto::ReactivateOrganizationRequest { organization_id, reason } = request.into_inner();
        let command = wire::set_organization_status(&organization_id, OrganizationStatus::Active, reason.as_deref())?;
        let changed = set_organization_status(&self.context, &caller, command).await?;
        Ok(Response::new(proto::ReactivateOrganizationResponse { organization: Some(changed.view.into()) }))
    }

    async fn delete_any_organization(
        &self,
        request: Request<proto::DeleteAnyOrganizationRequest>,
    ) -> Result<Response<proto::DeleteAnyOrganizationResponse>, Status> {
        let caller = administrator(&request)?;
        let organization_id = wire::organization_id(&request.get_ref().organization_id)?;
        let position = delete_any_organization(&self.context, &caller, organization_id).await?;
        Ok(Response::new(proto::DeleteAnyOrganizationResponse { position }))
    }

    async fn list_audit_log(
        &self,
        request: Request<proto::ListAuditLogRequest>,
    ) -> Result<Response<proto::ListAuditLogResponse>, Status> {
        let caller = administrator(&request)?;
        let message = request.into_inner();
        let filter = Filter::read(message.filter.as_ref(), None)?;
        let scope = list_audit_log::scope(&filter);
        let page = self.context.page_tokens.parse(&scope, message.page_size, &message.page_token)?;
        let page = list_audit_log(&self.context, &caller, filter, page).await?;
        let entries = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(proto::ListAuditLogResponse { entries, next_page_token: page.next_page_token }))
    }
}
