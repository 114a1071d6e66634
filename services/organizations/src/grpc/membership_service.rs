//! Calls about members.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::membership_service_server::MembershipService;
use tonic::{Request, Response, Status};

use crate::grpc::{Grpc, caller};
use crate::use_cases::explain_access::explain_access;
use crate::use_cases::leave_organization::leave_organization;
use crate::use_cases::list_members::list_members;
use crate::use_cases::remove_member::remove_member;
use crate::use_cases::set_member_role::set_member_role;
use crate::use_cases::set_member_roles::set_member_roles;
use crate::use_cases::set_member_status::set_member_status;
use crate::wire;

#[tonic::async_trait]
impl MembershipService for Grpc {
    async fn list_members(
        &self,
        request: Request<proto::ListMembersRequest>,
    ) -> Result<Response<proto::ListMembersResponse>, Status> {
        let caller = caller(&request)?;
        let command = wire::list_members(request.into_inner(), &self.context.page_tokens)?;
        let page = list_members(&self.context, &caller, command, wire::size_of_member).await?;
        Ok(Response::new(wire::page_of_members(page)))
    }

    async fn set_member_role(
        &self,
        request: Request<proto::SetMemberRoleRequest>,
    ) -> Result<Response<proto::SetMemberRoleResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let outcome = set_member_role(&self.context, &caller, command).await?;
        Ok(Response::new(outcome.into()))
    }

    async fn set_member_roles(
        &self,
        request: Request<proto::SetMemberRolesRequest>,
    ) -> Result<Response<proto::SetMemberRolesResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let outcome = set_member_roles(&self.context, &caller, command).await?;
        Ok(Response::new(outcome.into()))
    }

    async fn set_member_status(
        &self,
        request: Request<proto::SetMemberStatusRequest>,
    ) -> Result<Response<proto::SetMemberStatusResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let outcome = set_member_status(&self.context, &caller, command).await?;
        Ok(Response::new(outcome.into()))
    }

    async fn remove_member(
        &self,
        request: Request<proto::RemoveMemberRequest>,
    ) -> Result<Response<proto::RemoveMemberResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let position = remove_member(&self.context, &caller, command).await?;
        Ok(Response::new(proto::RemoveMemberResponse { position }))
    }

    async fn explain_access(
        &self,
        request: Request<proto::ExplainAccessRequest>,
    ) -> Result<Response<proto::ExplainAccessResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let explanation = explain_access(&self.context, &caller, command).await?;
        Ok(Response::new(explanation.into()))
    }

    async fn leave_organization(
        &self,
        request: Request<proto::LeaveOrganizationRequest>,
    ) -> Result<Response<proto::LeaveOrganizationResponse>, Status> {
        let caller = caller(&request)?;
        let organization_id = wire::organization_id(&request.get_ref().organization_id)?;
        let position = leave_organization(&self.context, &caller, organization_id).await?;
        Ok(Response::new(proto::LeaveOrganizationResponse { position }))
    }
}
