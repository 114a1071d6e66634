//! `AuthenticationService`.

use contracts::identity::v1 as proto;
use contracts::identity::v1::authentication_service_server::AuthenticationService;
use service_kit::authentication::caller;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::use_cases::issue_token::issue_token;
use crate::use_cases::log_in::log_in;
use crate::use_cases::log_out::log_out;
use crate::use_cases::log_out_all::log_out_all;
use crate::use_cases::refresh::refresh;
use crate::use_cases::register::register;
use crate::use_cases::switch_organization::switch_organization;
use crate::wire::origin::Origin;
use crate::wire::{answers, requests};

pub struct Authentication {
    context: Context,
}

impl Authentication {
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

#[tonic::async_trait]
impl AuthenticationService for Authentication {
    async fn register(
        &self,
        request: Request<proto::RegisterRequest>,
    ) -> Result<Response<proto::RegisterResponse>, Status> {
        let origin = Origin::of(&request);
        let command = requests::register(request.into_inner(), &origin, &self.context)?;
        let mut answer = answers::registered(register(&self.context, command).await?);
        if !origin.is_from_service && answer.user.is_none() {
            answer.user_id = String::new();
        }
        Ok(Response::new(answer))
    }

    async fn login(&self, request: Request<proto::LoginRequest>) -> Result<Response<proto::LoginResponse>, Status> {
        let origin = Origin::of(&request);
        let caller = caller(&request).ok();
        let command = requests::log_in(request.into_inner(), &origin, caller, &self.context.apps)?;
        let signed_in = log_in(&self.context, command).await?;
        Ok(Response::new(answers::logged_in(signed_in)))
    }

    async fn refresh(
        &self,
        request: Request<proto::RefreshRequest>,
    ) -> Result<Response<proto::RefreshResponse>, Status> {
        let origin = Origin::of(&request);
        let command = requests::refresh(request.into_inner(), &origin, &self.context.apps)?;
        let signed_in = refresh(&self.context, command).await?;
        Ok(Response::new(answers::refreshed(signed_in)))
    }

    async fn switch_organization(
        &self,
        request: Request<proto::SwitchOrganizationRequest>,
    ) -> Result<Response<proto::SwitchOrganizationResponse>, Status> {
        let caller = caller(&request)?;
        let origin = Origin::of(&request);
        let request = request.into_inner();
        let organization_id = requests::organization_id(&request.organization_id)?;
        let way = origin.way(request.cookie_refresh_token.as_deref());
        let signed_in = switch_organization(&self.context, &caller, organization_id, way).await?;
        Ok(Response::new(answers::switched(signed_in)))
    }

    async fn issue_token(
        &self,
        request: Request<proto::IssueTokenRequest>,
    ) -> Result<Response<proto::IssueTokenResponse>, Status> {
        let caller = caller(&request)?;
        let origin = Origin::of(&request);
        let request = request.into_inner();
        let organization_id = requests::organization_id(&request.organization_id)?;
        let way = origin.way(request.cookie_refresh_token.as_deref());
        let token = issue_token(&self.context, &caller, organization_id, way).await?;
        Ok(Response::new(answers::issued(token)))
    }

    async fn logout(&self, request: Request<proto::LogoutRequest>) -> Result<Response<proto::LogoutResponse>, Status> {
        let position = match requests::secret_token(&request.into_inner().refresh_token) {
            Some(token) => log_out(&self.context, &token).await?,
            None => 0,
        };
        Ok(Response::new(proto::LogoutResponse { position }))
    }

    async fn logout_all(
        &self,
        request: Request<proto::LogoutAllRequest>,
    ) -> Result<Response<proto::LogoutAllResponse>, Status> {
        let position = log_out_all(&self.context, &caller(&request)?).await?;
        Ok(Response::new(proto::LogoutAllResponse { position }))
    }
}
