//! Calls about roles.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::role_service_server::RoleService;
use tonic::{Request, Response, Status};

use crate::domain::described::Described;
use crate::grpc::{Grpc, caller};
use crate::use_cases::create_role::create_role;
use crate::use_cases::delete_role::delete_role;
use crate::use_cases::get_role::get_role;
use crate::use_cases::list_assignable_permissions::{self, list_assignable_permissions};
use crate::use_cases::list_roles::list_roles;
use crate::use_cases::update_role::update_role;
use crate::wire;

#[tonic::async_trait]
impl RoleService for Grpc {
    async fn list_roles(
        &self,
        request: Request<proto::ListRolesRequest>,
    ) -> Result<Response<proto::ListRolesResponse>, Status> {
        let caller = caller(&request)?;
        let command = wire::list_roles(request.get_ref(), &self.context.page_tokens)?;
        let page = list_roles(&self.context, &caller, command, wire::size_of_role).await?;
        Ok(Response::new(wire::page_of_roles(page)))
    }

    async fn get_role(
        &self,
        request: Request<proto::GetRoleRequest>,
    ) -> Result<Response<proto::GetRoleResponse>, Status> {
        let caller = caller(&request)?;
        let proto::GetRoleRequest { organization_id, role_id } = request.get_ref();
        let (organization_id, role_id) = wire::role_path(organization_id, role_id)?;
        let role = get_role(&self.context, &caller, organization_id, role_id).await?;
        Ok(Response::new(proto::GetRoleResponse { role: Some(wire::role(&role.what, &role.catalog)) }))
    }

    async fn create_role(
        &self,
        request: Request<proto::CreateRoleRequest>,
    ) -> Result<Response<proto::CreateRoleResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let role = create_role(&self.context, &caller, command).await?;
        Ok(Response::new(proto::CreateRoleResponse { role: Some(wire::role(&role.what, &role.catalog)) }))
    }

    async fn update_role(
        &self,
        request: Request<proto::UpdateRoleRequest>,
    ) -> Result<Response<proto::UpdateRoleResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let Described { what, catalog } = update_role(&self.context, &caller, command).await?;
        let role = Some(wire::role(&what.role, &catalog));
        Ok(Response::new(proto::UpdateRoleResponse { role, position: what.position }))
    }

    async fn delete_role(
        &self,
        request: Request<proto::DeleteRoleRequest>,
    ) -> Result<Response<proto::DeleteRoleResponse>, Status> {
        let caller = caller(&request)?;
        let proto::DeleteRoleRequest { organization_id, role_id } = request.get_ref();
        let (organization_id, role_id) = wire::role_path(organization_id, role_id)?;
        delete_role(&self.context, &caller, organization_id, role_id).await?;
        Ok(Response::new(proto::DeleteRoleResponse {}))
    }

    async fn list_assignable_permissions(
        &self,
        request: Request<proto::ListAssignablePermissionsRequest>,
    ) -> Result<Response<proto::ListAssignablePermissionsResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let organization_id = wire::organization_id(&message.organization_id)?;
        let scope = list_assignable_permissions::scope(organization_id);
        let page = self.context.page_tokens.parse(&scope, message.page_size, &message.page_token)?;
        let page = list_assignable_permissions(&self.context, &caller, organization_id, page).await?;
        Ok(Response::new(wire::page_of_permissions(page)))
    }
}
