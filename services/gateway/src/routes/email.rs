//! The e-mail address of an account: proving it and changing it.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1 as proto;
use contracts::invitations::v1::AdmitProvenRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::Position;
use crate::extract::{ClientOrigin, MaybeSignedIn, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::accepted::Accepted;
use crate::shapes::incomplete::{filled, shaped};
use crate::shapes::user::VerifiedUser;

/// The secret token from a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailedTokenBody {
    token: String,
}

/// Proves an e-mail address by the token that was mailed to it.
#[utoipa::path(post, path = "/auth/verify-email", tag = "account", security(()), request_body = MailedTokenBody,
    responses((status = 200, description = "Proven", body = VerifiedUser)))]
pub(crate) async fn verify_email(
    State(gateway): State<Gateway>,
    client: ClientOrigin,
    StrictJson(MailedTokenBody { token }): StrictJson<MailedTokenBody>,
) -> Result<Json<VerifiedUser>, HttpError> {
    Ok(Json(VerifiedUser { user: prove_email(&gateway, &client, token).await?.try_into()? }))
}

/// Proves the address, and has what waited for that done.
pub(crate) async fn prove_email(
    gateway: &Gateway,
    client: &ClientOrigin,
    token: String,
) -> Result<proto::User, HttpError> {
    let request = client.call(proto::VerifyEmailRequest { token });
    let answer = gateway.upstreams.accounts().verify_email(request).await?;
    let user = filled(answer.into_inner().user, "the user")?;
    // What the user signed up with is accepted now; if this fails, invitations does it later by itself.
    let admit = client.call(AdmitProvenRequest { user_id: user.id.clone() });
    if let Err(status) = gateway.upstreams.admissions().admit_proven(admit).await {
        tracing::info!(code = ?status.code(), "an invitation is accepted later");
    }
    Ok(user)
}

/// The address to mail again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResendBody {
    email: String,
}

/// Mails a new verification token if there is reason to; answers alike whatever the address.
#[utoipa::path(post, path = "/auth/verify-email/resend", tag = "account", security(()), request_body = ResendBody,
    responses((status = 200, description = "A mail is on its way if there was reason to send one", body = Accepted)))]
pub(crate) async fn resend_verification(
    State(gateway): State<Gateway>,
    client: ClientOrigin,
    StrictJson(ResendBody { email }): StrictJson<ResendBody>,
) -> Result<Json<Accepted>, HttpError> {
    let request = client.call(proto::ResendVerificationRequest { email });
    gateway.upstreams.accounts().resend_verification(request).await?;
    Ok(Json(Accepted {}))
}

/// The new address, and proof that the caller may.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailChangeBody {
    new_email: String,
    current_password: String,
}

/// Mails a link to another address, which becomes the account's when the link is followed.
#[utoipa::path(post, path = "/auth/email/change", tag = "account", request_body = EmailChangeBody,
    responses((status = 200, description = "A mail is on its way to the new address", body = Accepted)))]
pub(crate) async fn request_email_change(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(EmailChangeBody { new_email, current_password }): StrictJson<EmailChangeBody>,
) -> Result<Json<Accepted>, HttpError> {
    let request = signed_in.call(proto::RequestEmailChangeRequest { new_email, current_password });
    gateway.upstreams.accounts().request_email_change(request).await?;
    Ok(Json(Accepted {}))
}

/// Makes the address that the token was mailed to the account's own and ends every session but the one
/// that asked. Where an account has the address without having proven it, the caller must be signed in to the
/// account that asked.
#[utoipa::path(post, path = "/auth/email/confirm", tag = "account", security((), ("bearer" = [])), request_body = MailedTokenBody,
    responses((status = 200, description = "Changed", body = VerifiedUser)))]
pub(crate) async fn confirm_email_change(
    State(gateway): State<Gateway>,
    client: ClientOrigin,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    StrictJson(MailedTokenBody { token }): StrictJson<MailedTokenBody>,
) -> Result<(Position, Json<VerifiedUser>), HttpError> {
    let request = proto::ConfirmEmailChangeRequest { token };
    let request = match &signed_in {
        Some(signed_in) => signed_in.call(request),
        None => client.call(request),
    };
    let answer = gateway.upstreams.accounts().confirm_email_change(request).await?.into_inner();
    let user = shaped(answer.user, "the user")?;
    Ok((Position::of_identity(answer.position), Json(VerifiedUser { user })))
}
