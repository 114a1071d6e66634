//! `PasswordService`.

use contracts::identity::v1 as proto;
use contracts::identity::v1::password_service_server::PasswordService;
use service_kit::authentication::caller;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::domain::link::Link;
use crate::use_cases::ask_for_link::ask_for_link;
use crate::use_cases::change_password::change_password;
use crate::use_cases::reset_password::reset_password;
use crate::wire::origin::Origin;
use crate::wire::{answers, requests};

pub struct Passwords {
    context: Context,
}

impl Passwords {
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

#[tonic::async_trait]
impl PasswordService for Passwords {
    async fn request_password_reset(
        &self,
        request: Request<proto::RequestPasswordResetRequest>,
    ) -> Result<Response<proto::RequestPasswordResetResponse>, Status> {
        let origin = Origin::of(&request);
        let email = requests::email(&request.into_inner().email)?;
        ask_for_link(&self.context, Link::ResetPassword, &email, &origin.client()).await?;
        Ok(Response::new(proto::RequestPasswordResetResponse {}))
    }

    async fn reset_password(
        &self,
        request: Request<proto::ResetPasswordRequest>,
    ) -> Result<Response<proto::ResetPasswordResponse>, Status> {
        let command = requests::reset_password(request.into_inner())?;
        let position = reset_password(&self.context, command).await?;
        Ok(Response::new(proto::ResetPasswordResponse { position }))
    }

    async fn change_password(
        &self,
        request: Request<proto::ChangePasswordRequest>,
    ) -> Result<Response<proto::ChangePasswordResponse>, Status> {
        let caller = caller(&request)?;
        let origin = Origin::of(&request);
        let command = requests::change_password(request.into_inner(), &origin)?;
        let changed = change_password(&self.context, &caller, command).await?;
        Ok(Response::new(answers::password_changed(changed)))
    }
}
