//! Calls about roles.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::role_service_server::RoleService;
use tonic::{Request, Response, Status};

use crate::grpc::{Grpc, caller};
use crate::use_cases::list_roles::list_roles;
use crate::wire;

#[tonic::async_trait]
impl RoleService for Grpc {
    async fn list_roles(
        &self,
        request: Request<proto::ListRolesRequest>,
    ) -> Result<Response<proto::ListRolesResponse>, Status> {
        let caller = caller(&request)?;
        let command = wire::list_roles(request.get_ref(), &self.context.page_tokens)?;
        let page = list_roles(&self.context, caller, command).await?;
        Ok(Response::new(wire::page_of_roles(page)))
    }
}
