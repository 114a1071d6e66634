//! `AccountService`.

use contracts::identity::v1 as proto;
use contracts::identity::v1::account_service_server::AccountService;
use service_kit::authentication::caller;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::domain::link::Link;
use crate::error::IdentityError;
use crate::use_cases::ask_for_link::ask_for_link;
use crate::use_cases::confirm_email_change::confirm_email_change;
use crate::use_cases::delete_account::delete_account;
use crate::use_cases::export_me::export_me;
use crate::use_cases::find_live_session::find_live_session;
use crate::use_cases::request_email_change::request_email_change;
use crate::use_cases::update_me::update_me;
use crate::use_cases::verify_email::verify_email;
use crate::wire::origin::Origin;
use crate::wire::{answers, requests};

pub struct Account {
    context: Context,
}

impl Account {
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

#[tonic::async_trait]
impl AccountService for Account {
    async fn get_me(&self, request: Request<proto::GetMeRequest>) -> Result<Response<proto::GetMeResponse>, Status> {
        let live = find_live_session(&self.context, &caller(&request)?).await?;
        Ok(Response::new(proto::GetMeResponse { user: Some(answers::user(live.user)) }))
    }

    async fn update_me(
        &self,
        request: Request<proto::UpdateMeRequest>,
    ) -> Result<Response<proto::UpdateMeResponse>, Status> {
        let caller = caller(&request)?;
        let command = requests::update_me(request.get_ref())?;
        let user = update_me(&self.context, &caller, command).await?;
        Ok(Response::new(proto::UpdateMeResponse { user: Some(answers::user(user)) }))
    }

    async fn export_me(
        &self,
        request: Request<proto::ExportMeRequest>,
    ) -> Result<Response<proto::ExportMeResponse>, Status> {
        let export = export_me(&self.context, &caller(&request)?).await?;
        Ok(Response::new(answers::exported(export)))
    }

    async fn verify_email(
        &self,
        request: Request<proto::VerifyEmailRequest>,
    ) -> Result<Response<proto::VerifyEmailResponse>, Status> {
        let token = requests::secret_token(&request.into_inner().token).ok_or(IdentityError::LinkInvalid)?;
        let user = verify_email(&self.context, &token).await?;
        Ok(Response::new(proto::VerifyEmailResponse { user: Some(answers::user(user)) }))
    }

    async fn resend_verification(
        &self,
        request: Request<proto::ResendVerificationRequest>,
    ) -> Result<Response<proto::ResendVerificationResponse>, Status> {
        let origin = Origin::of(&request);
        let email = requests::email(&request.into_inner().email)?;
        ask_for_link(&self.context, Link::VerifyEmail, &email, &origin.client()).await?;
        Ok(Response::new(proto::ResendVerificationResponse {}))
    }

    async fn request_email_change(
        &self,
        request: Request<proto::RequestEmailChangeRequest>,
    ) -> Result<Response<proto::RequestEmailChangeResponse>, Status> {
        let caller = caller(&request)?;
        let command = requests::email_change(request.into_inner())?;
        request_email_change(&self.context, &caller, command).await?;
        Ok(Response::new(proto::RequestEmailChangeResponse {}))
    }

    async fn confirm_email_change(
        &self,
        request: Request<proto::ConfirmEmailChangeRequest>,
    ) -> Result<Response<proto::ConfirmEmailChangeResponse>, Status> {
        let caller = caller(&request).ok();
        let token = requests::secret_token(&request.into_inner().token).ok_or(IdentityError::LinkInvalid)?;
        let changed = confirm_email_change(&self.context, caller.as_ref(), &token).await?;
        let (user, position) = (Some(answers::user(changed.user)), changed.position);
        Ok(Response::new(proto::ConfirmEmailChangeResponse { user, position }))
    }

    async fn delete_account(
        &self,
        request: Request<proto::DeleteAccountRequest>,
    ) -> Result<Response<proto::DeleteAccountResponse>, Status> {
        let caller = caller(&request)?;
        let password = requests::confirmed_password(request.into_inner())?;
        let position = delete_account(&self.context, &caller, password).await?;
        Ok(Response::new(proto::DeleteAccountResponse { position }))
    }
}
