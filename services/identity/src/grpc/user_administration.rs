//! `UserAdministrationService`.

use contracts::identity::v1 as proto;
use contracts::identity::v1::user_administration_service_server::UserAdministrationService;
use service_kit::audit::Filter;
use service_kit::authentication::caller;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::use_cases::list_audit_log::{self, list_audit_log};
use crate::use_cases::list_users::{self, get_user, list_users};
use crate::use_cases::reactivate_user::reactivate_user;
use crate::use_cases::revoke_user_sessions::revoke_user_sessions;
use crate::use_cases::set_user_roles::set_user_roles;
use crate::use_cases::suspend_user::suspend_user;
use crate::wire::origin::Origin;
use crate::wire::{administration as wire, answers, requests};

pub struct UserAdministration {
    context: Context,
}

impl UserAdministration {
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

#[tonic::async_trait]
impl UserAdministrationService for UserAdministration {
    async fn list_users(
        &self,
        request: Request<proto::ListUsersRequest>,
    ) -> Result<Response<proto::ListUsersResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let filter = wire::user_filter(&message)?;
        let page_tokens = &self.context.page_tokens;
        let page = page_tokens.parse(&list_users::scope(&filter), message.page_size, &message.page_token)?;
        Ok(Response::new(wire::users(list_users(&self.context, &caller, filter, page).await?)))
    }

    async fn get_user(
        &self,
        request: Request<proto::GetUserRequest>,
    ) -> Result<Response<proto::GetUserResponse>, Status> {
        let caller = caller(&request)?;
        let user_id = requests::user_id(&request.into_inner().user_id)?;
        let user = get_user(&self.context, &caller, user_id).await?;
        Ok(Response::new(proto::GetUserResponse { user: Some(answers::user(user)) }))
    }

    async fn suspend_user(
        &self,
        request: Request<proto::SuspendUserRequest>,
    ) -> Result<Response<proto::SuspendUserResponse>, Status> {
        let (caller, origin) = (caller(&request)?, Origin::of(&request));
        let proto::SuspendUserRequest { user_id, reason } = request.into_inner();
        let (user_id, circumstances) = wire::action(&user_id, reason.as_deref(), &origin)?;
        let suspended = suspend_user(&self.context, &caller, user_id, circumstances).await?;
        let user = Some(answers::user(suspended.user));
        Ok(Response::new(proto::SuspendUserResponse { user, position: suspended.position }))
    }

    async fn reactivate_user(
        &self,
        request: Request<proto::ReactivateUserRequest>,
    ) -> Result<Response<proto::ReactivateUserResponse>, Status> {
        let (caller, origin) = (caller(&request)?, Origin::of(&request));
        let proto::ReactivateUserRequest { user_id, reason } = request.into_inner();
        let (user_id, circumstances) = wire::action(&user_id, reason.as_deref(), &origin)?;
        let user = reactivate_user(&self.context, &caller, user_id, circumstances).await?;
        Ok(Response::new(proto::ReactivateUserResponse { user: Some(answers::user(user)) }))
    }

    async fn revoke_user_sessions(
        &self,
        request: Request<proto::RevokeUserSessionsRequest>,
    ) -> Result<Response<proto::RevokeUserSessionsResponse>, Status> {
        let (caller, origin) = (caller(&request)?, Origin::of(&request));
        let proto::RevokeUserSessionsRequest { user_id, reason } = request.into_inner();
        let (user_id, circumstances) = wire::action(&user_id, reason.as_deref(), &origin)?;
        let position = revoke_user_sessions(&self.context, &caller, user_id, circumstances).await?;
        Ok(Response::new(proto::RevokeUserSessionsResponse { position }))
    }

    async fn set_user_roles(
        &self,
        request: Request<proto::SetUserRolesRequest>,
    ) -> Result<Response<proto::SetUserRolesResponse>, Status> {
        let (caller, origin) = (caller(&request)?, Origin::of(&request));
        let proto::SetUserRolesRequest { user_id, role_codes } = request.into_inner();
        let (user_id, circumstances) = wire::action(&user_id, None, &origin)?;
        let roles = wire::platform_roles(&role_codes)?;
        let changed = set_user_roles(&self.context, &caller, user_id, &roles, circumstances).await?;
        let user = Some(answers::user(changed.user));
        Ok(Response::new(proto::SetUserRolesResponse { user, position: changed.position }))
    }

    async fn list_audit_log(
        &self,
        request: Request<proto::ListAuditLogRequest>,
    ) -> Result<Response<proto::ListAuditLogResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let filter = Filter::read(message.filter.as_ref(), None)?;
        let page_tokens = &self.context.page_tokens;
        let page = page_tokens.parse(&list_audit_log::scope(&filter), message.page_size, &message.page_token)?;
        let page = list_audit_log(&self.context, &caller, filter, page).await?;
        let entries = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(proto::ListAuditLogResponse { entries, next_page_token: page.next_page_token }))
    }
}
