//! The back office's calls about memberships.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::membership_administration_service_server::MembershipAdministrationService;
use tonic::{Request, Response, Status};

use crate::grpc::Grpc;
use crate::use_cases::list_my_organizations::{list_my_organizations, scope};
use crate::wire;

#[tonic::async_trait]
impl MembershipAdministrationService for Grpc {
    async fn list_user_organizations(
        &self,
        request: Request<proto::ListUserOrganizationsRequest>,
    ) -> Result<Response<proto::ListUserOrganizationsResponse>, Status> {
        let message = request.into_inner();
        let user_id = wire::user_id(&message.user_id)?;
        let page = self.context.page_tokens.parse(&scope(user_id), message.page_size, &message.page_token)?;
        let page = list_my_organizations(&self.context, user_id, page).await?;
        let proto::ListMyOrganizationsResponse { organizations, next_page_token } =
            wire::page_of_my_organizations(page);
        Ok(Response::new(proto::ListUserOrganizationsResponse { organizations, next_page_token }))
    }
}
