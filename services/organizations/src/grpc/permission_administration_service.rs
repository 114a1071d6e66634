//! The back office's calls about the permission catalog.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::permission_administration_service_server::PermissionAdministrationService;
use tonic::{Request, Response, Status};

use crate::grpc::{Grpc, administrator};
use crate::use_cases::register_permissions::register_permissions;

#[tonic::async_trait]
impl PermissionAdministrationService for Grpc {
    async fn register_permissions(
        &self,
        request: Request<proto::RegisterPermissionsRequest>,
    ) -> Result<Response<proto::RegisterPermissionsResponse>, Status> {
        let caller = administrator(&request)?;
        let command = request.into_inner().try_into()?;
        let registered = register_permissions(&self.context, &caller, command).await?;
        Ok(Response::new(registered.into()))
    }
}
