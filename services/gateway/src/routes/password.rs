//! Changing a password that is known, and setting one that is not.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1 as proto;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Position;
use crate::extract::{ClientOrigin, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::session_cookies::SetCookies;
use crate::shapes::accepted::Accepted;
use crate::shapes::tokens::Credentials;

/// The address to mail a link to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetRequestBody {
    email: String,
}

/// Mails a link that sets a new password if the address has an account; answers alike whatever the address.
#[utoipa::path(post, path = "/auth/password/reset-request", tag = "account", security(()),
    request_body = ResetRequestBody,
    responses((status = 200, description = "A mail is on its way if there was reason to send one", body = Accepted)))]
pub(crate) async fn request_password_reset(
    State(gateway): State<Gateway>,
    client: ClientOrigin,
    StrictJson(ResetRequestBody { email }): StrictJson<ResetRequestBody>,
) -> Result<Json<Accepted>, HttpError> {
    let request = client.call(proto::RequestPasswordResetRequest { email });
    gateway.upstreams.passwords().request_password_reset(request).await?;
    Ok(Json(Accepted {}))
}

/// The secret token from the mail, and the choice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetBody {
    token: String,
    /// At most 128 characters, and as many as the settings ask for (15 unless the operator decided otherwise);
    /// not easy to guess.
    new_password: String,
}

/// Sets a new password by the token that was mailed and ends every session of the account.
#[utoipa::path(post, path = "/auth/password/reset", tag = "account", security(()), request_body = ResetBody,
    responses((status = 200, description = "The new password is in force; sign in with it", body = Accepted)))]
pub(crate) async fn reset_password(
    State(gateway): State<Gateway>,
    client: ClientOrigin,
    StrictJson(ResetBody { token, new_password }): StrictJson<ResetBody>,
) -> Result<(Position, Json<Accepted>), HttpError> {
    let request = client.call(proto::ResetPasswordRequest { token, new_password });
    let answer = gateway.upstreams.passwords().reset_password(request).await?;
    Ok((Position::of_identity(answer.into_inner().position), Json(Accepted {})))
}

/// Proof that the caller may, and the choice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeBody {
    current_password: String,
    /// At most 128 characters, and as many as the settings ask for (15 unless the operator decided otherwise);
    /// not easy to guess.
    new_password: String,
}

/// With what the caller goes on.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasswordChanged {
    #[serde(flatten)]
    credentials: Credentials,
    /// For sign-ins, in the place of the one so far: shows that the device has signed in before. Good for a year and as
    /// long as the password stays; of a session in cookies in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_token: Option<String>,
}

/// Changes the caller's password, ends every session and forgets every device; the caller goes on with the tokens
/// answered, in cookies if the former ones were. A session in cookies takes this by its cookies alone, else FORBIDDEN.
#[utoipa::path(post, path = "/auth/password/change", tag = "account", request_body = ChangeBody,
    responses((status = 200, description = "Changed", body = PasswordChanged,
        headers(("set-cookie" = String, description = "Of a session in cookies: the new ones")))))]
pub(crate) async fn change_password(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    headers: HeaderMap,
    StrictJson(ChangeBody { current_password, new_password }): StrictJson<ChangeBody>,
) -> Result<(Position, SetCookies, Json<PasswordChanged>), HttpError> {
    let cookie_refresh_token = signed_in.delivery.cookie_refresh_token(&headers)?;
    let request = proto::ChangePasswordRequest { current_password, new_password, cookie_refresh_token };
    let request = signed_in.call(request);
    let answer = gateway.upstreams.passwords().change_password(request).await?.into_inner();
    let (cookies, credentials, device_token) =
        signed_in.delivery.hand_over_signed_in(answer.tokens, answer.device_token)?;
    Ok((Position::of_identity(answer.position), cookies, Json(PasswordChanged { credentials, device_token })))
}
