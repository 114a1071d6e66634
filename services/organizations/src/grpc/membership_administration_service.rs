//! The back office's calls about memberships.

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::membership_administration_service_server::MembershipAdministrationService;
use tonic::{Request, Response, Status};

use crate::grpc::{Grpc, administrator};
use crate::use_cases::add_existing_user::add_existing_user;
use crate::use_cases::list_members::list_members;
use crate::use_cases::list_organizations_of::{list_organizations_of_any, scope};
use crate::use_cases::remove_member::remove_member;
use crate::use_cases::set_member_roles::set_member_roles;
use crate::use_cases::set_member_status::set_member_status;
use crate::wire;

#[tonic::async_trait]
impl MembershipAdministrationService for Grpc {
    async fn list_user_organizations(
        &self,
        request: Request<proto::ListUserOrganizationsRequest>,
    ) -> Result<Response<proto::ListUserOrganizationsResponse>, Status> {
        let caller = administrator(&request)?;
        let message = request.into_inner();
        let user_id = wire::user_id(&message.user_id)?;
        let page = self.context.page_tokens.parse(&scope(user_id), message.page_size, &message.page_token)?;
        let page =
            list_organizations_of_any(&self.context, &caller, user_id, page, wire::size_of_my_organization).await?;
        let proto::ListMyOrganizationsResponse { organizations, next_page_token } =
            wire::page_of_my_organizations(page);
        Ok(Response::new(proto::ListUserOrganizationsResponse { organizations, next_page_token }))
    }

    async fn list_any_members(
        &self,
        request: Request<proto::ListAnyMembersRequest>,
    ) -> Result<Response<proto::ListAnyMembersResponse>, Status> {
        let caller = administrator(&request)?;
        let proto::ListAnyMembersRequest { organization_id, page_size, page_token, filter } = request.into_inner();
        let message = proto::ListMembersRequest { organization_id, page_size, page_token, filter };
        let command = wire::list_members(message, &self.context.page_tokens)?;
        let page = list_members(&self.context, &caller, command, wire::size_of_member).await?;
        let proto::ListMembersResponse { members, next_page_token } = wire::page_of_members(page);
        Ok(Response::new(proto::ListAnyMembersResponse { members, next_page_token }))
    }

    async fn add_existing_user(
        &self,
        request: Request<proto::AddExistingUserRequest>,
    ) -> Result<Response<proto::AddExistingUserResponse>, Status> {
        let caller = administrator(&request)?;
        let command = request.into_inner().try_into()?;
        let member = add_existing_user(&self.context, &caller, command).await?;
        Ok(Response::new(proto::AddExistingUserResponse { member: Some(wire::member(&member.what, &member.catalog)) }))
    }

    async fn set_any_member_status(
        &self,
        request: Request<proto::SetAnyMemberStatusRequest>,
    ) -> Result<Response<proto::SetAnyMemberStatusResponse>, Status> {
        let caller = administrator(&request)?;
        let proto::SetAnyMemberStatusRequest { organization_id, user_id, status } = request.into_inner();
        let command = proto::SetMemberStatusRequest { organization_id, user_id, status }.try_into()?;
        let outcome = set_member_status(&self.context, &caller, command).await?;
        let proto::SetMemberStatusResponse { member, position } = outcome.into();
        Ok(Response::new(proto::SetAnyMemberStatusResponse { member, position }))
    }

    async fn set_any_member_roles(
        &self,
        request: Request<proto::SetAnyMemberRolesRequest>,
    ) -> Result<Response<proto::SetAnyMemberRolesResponse>, Status> {
        let caller = administrator(&request)?;
        let proto::SetAnyMemberRolesRequest { organization_id, user_id, role_codes } = request.into_inner();
        let command = proto::SetMemberRolesRequest { organization_id, user_id, role_codes }.try_into()?;
        let outcome = set_member_roles(&self.context, &caller, command).await?;
        let proto::SetMemberRolesResponse { member, position } = outcome.into();
        Ok(Response::new(proto::SetAnyMemberRolesResponse { member, position }))
    }

    async fn remove_any_member(
        &self,
        request: Request<proto::RemoveAnyMemberRequest>,
    ) -> Result<Response<proto::RemoveAnyMemberResponse>, Status> {
        let caller = administrator(&request)?;
        let proto::RemoveAnyMemberRequest { organization_id, user_id } = request.into_inner();
        let command = proto::RemoveMemberRequest { organization_id, user_id }.try_into()?;
        let position = remove_member(&self.context, &caller, command).await?;
        Ok(Response::new(proto::RemoveAnyMemberResponse { position }))
    }
}
