//! `BillingAuditService` and `BillingAuditAdministrationService`.

use contracts::billing::v1::billing_audit_administration_service_server::BillingAuditAdministrationService;
use contracts::billing::v1::billing_audit_service_server::BillingAuditService;
use contracts::billing::v1::{
    ListAuditLogRequest, ListAuditLogResponse, ListMyActionsRequest, ListMyActionsResponse,
    ListOrganizationAuditLogRequest, ListOrganizationAuditLogResponse,
};
use service_kit::audit::Filter;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::use_cases::{actions_of, audit_scope, list_audit_log, list_organization_audit_log, read_audit_log};
use crate::wire;

#[derive(Clone)]
pub struct Audit(pub Context);

#[tonic::async_trait]
impl BillingAuditService for Audit {
    async fn list_organization_audit_log(
        &self,
        request: Request<ListOrganizationAuditLogRequest>,
    ) -> Result<Response<ListOrganizationAuditLogResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let organization = wire::organization_id(&message.organization_id)?;
        let filter = Filter::read(message.filter.as_ref(), Some(organization.uuid()))?;
        let page = self.0.page_tokens.parse(&audit_scope(&filter), message.page_size, &message.page_token)?;
        let page = list_organization_audit_log(&self.0, caller.user_id, organization, filter, page).await?;
        let entries = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListOrganizationAuditLogResponse { entries, next_page_token: page.next_page_token }))
    }

    async fn list_my_actions(
        &self,
        request: Request<ListMyActionsRequest>,
    ) -> Result<Response<ListMyActionsResponse>, Status> {
        let filter = actions_of(caller(&request)?.user_id);
        let message = request.into_inner();
        let page = self.0.page_tokens.parse(&audit_scope(&filter), message.page_size, &message.page_token)?;
        let page = read_audit_log(&self.0, filter, page).await?;
        let entries = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListMyActionsResponse { entries, next_page_token: page.next_page_token }))
    }
}

#[tonic::async_trait]
impl BillingAuditAdministrationService for Audit {
    async fn list_audit_log(
        &self,
        request: Request<ListAuditLogRequest>,
    ) -> Result<Response<ListAuditLogResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let filter = Filter::read(message.filter.as_ref(), None)?;
        let page = self.0.page_tokens.parse(&audit_scope(&filter), message.page_size, &message.page_token)?;
        let page = list_audit_log(&self.0, caller.user_id, filter, page).await?;
        let entries = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListAuditLogResponse { entries, next_page_token: page.next_page_token }))
    }
}
