//! A person's own account.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1 as proto;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{NoContent, Position};
use crate::extract::{SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::session_cookies::SetCookies;
use crate::shapes::incomplete::shaped;
use crate::shapes::user::{Me, User, VerifiedUser};

/// Reads the caller's account, and what the token says of the active organization.
#[utoipa::path(get, path = "/auth/me", tag = "account",
    responses((status = 200, description = "The caller's account", body = Me)))]
pub(crate) async fn me(State(gateway): State<Gateway>, signed_in: SignedIn) -> Result<Json<Me>, HttpError> {
    let answer = gateway.upstreams.accounts().get_me(signed_in.call(proto::GetMeRequest {})).await?;
    let caller = signed_in.caller;
    let mut user: User = shaped(answer.into_inner().user, "the user")?;
    user.roles = caller.roles.to_vec();
    Ok(Json(Me {
        user,
        user_id: caller.user_id.to_string(),
        permissions: caller.permissions.to_vec(),
        active_org_id: caller.organization.as_ref().map(|organization| organization.id.to_string()),
        org_role: caller.organization.as_ref().map(|organization| organization.role.into()),
    }))
}

/// The secret token from a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyEmailBody {
    token: String,
}

/// Proves an e-mail address by the token that was mailed to it.
#[utoipa::path(post, path = "/auth/verify-email", tag = "account", security(()), request_body = VerifyEmailBody,
    responses((status = 200, description = "Proven", body = VerifiedUser)))]
pub(crate) async fn verify_email(
    State(gateway): State<Gateway>,
    StrictJson(VerifyEmailBody { token }): StrictJson<VerifyEmailBody>,
) -> Result<Json<VerifiedUser>, HttpError> {
    let answer = gateway.upstreams.accounts().verify_email(proto::VerifyEmailRequest { token }).await?;
    Ok(Json(VerifiedUser { user: shaped(answer.into_inner().user, "the user")? }))
}

/// The address to mail again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResendBody {
    email: String,
}

/// Nothing more to say.
#[derive(Serialize, ToSchema)]
pub(crate) struct Accepted {}

/// Mails a new verification token if there is reason to; answers alike whatever the address.
#[utoipa::path(post, path = "/auth/verify-email/resend", tag = "account", security(()), request_body = ResendBody,
    responses((status = 200, description = "A mail is on its way if there was reason to send one", body = Accepted)))]
pub(crate) async fn resend_verification(
    State(gateway): State<Gateway>,
    StrictJson(ResendBody { email }): StrictJson<ResendBody>,
) -> Result<Json<Accepted>, HttpError> {
    gateway.upstreams.accounts().resend_verification(proto::ResendVerificationRequest { email }).await?;
    Ok(Json(Accepted {}))
}

/// Proof that the caller means it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteAccountBody {
    password: String,
    /// The word `DELETE`.
    confirmation: String,
}

/// Deletes the caller's account, personal organization and memberships. SOLE_OWNER names the
/// organizations that need another owner first.
#[utoipa::path(delete, path = "/me/account", tag = "account", request_body = DeleteAccountBody,
    responses((status = 204, description = "Deleted",
        headers(("set-cookie" = String, description = "Of a caller by cookie: takes the cookies back")))))]
pub(crate) async fn delete_account(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(DeleteAccountBody { password, confirmation }): StrictJson<DeleteAccountBody>,
) -> Result<(SetCookies, NoContent), HttpError> {
    let request = signed_in.call(proto::DeleteAccountRequest { password, confirmation });
    let answer = gateway.upstreams.accounts().delete_account(request).await?;
    let position = answer.into_inner().position;
    Ok((signed_in.delivery.take_back()?, NoContent(Position::of_identity(position))))
}
