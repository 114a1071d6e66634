//! What members may read of the audit log.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::audit_service_server::AuditService;
use service_kit::audit::Filter;
use tonic::{Request, Response, Status};

use crate::grpc::{Grpc, caller};
use crate::use_cases::list_audit_log::{actions_of, list_organization_audit_log, read_audit_log, scope};
use crate::wire;

#[tonic::async_trait]
impl AuditService for Grpc {
    async fn list_organization_audit_log(
        &self,
        request: Request<proto::ListOrganizationAuditLogRequest>,
    ) -> Result<Response<proto::ListOrganizationAuditLogResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let organization_id = wire::organization_id(&message.organization_id)?;
        let filter = Filter::read(message.filter.as_ref(), Some(organization_id.uuid()))?;
        let page = self.context.page_tokens.parse(&scope(&filter), message.page_size, &message.page_token)?;
        let page = list_organization_audit_log(&self.context, &caller, organization_id, filter, page).await?;
        let entries = page.entries.into_iter().map(Into::into).collect();
        let next_page_token = page.next_page_token;
        Ok(Response::new(proto::ListOrganizationAuditLogResponse { entries, next_page_token }))
    }

    async fn list_my_actions(
        &self,
        request: Request<proto::ListMyActionsRequest>,
    ) -> Result<Response<proto::ListMyActionsResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let filter = actions_of(&caller);
        let page = self.context.page_tokens.parse(&scope(&filter), message.page_size, &message.page_token)?;
        let page = read_audit_log(&self.context, filter, page).await?;
        let entries = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(proto::ListMyActionsResponse { entries, next_page_token: page.next_page_token }))
    }
}
