//! Making an account and signing in.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contracts::identity::v1 as proto;
use contracts::invitations::v1::RegisterInviteeRequest;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{ClientOrigin, MaybeSignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::session_cookies::{Delivery, SessionMode, SetCookies, presented_device_token};
use crate::shapes::access::{Registered, RegistrationMailed, SignedInUser};
use crate::shapes::incomplete::filled;

/// The account to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterBody {
    email: String,
    /// At most 128 characters, and as many as the settings ask for (15 unless the operator decided otherwise);
    /// not easy to guess.
    password: String,
    first_name: Option<String>,
    last_name: Option<String>,
    display_name: Option<String>,
    /// The app that the tokens are for; absent: the default one.
    app_code: Option<String>,
    /// The token of an invitation to this address, which is accepted once the address is proven by its own
    /// mail, or of a link.
    invite_token: Option<String>,
    /// `cookie`: a browser keeps the tokens, and no script sees them.
    session: Option<SessionMode>,
}

/// Makes an account with its personal organization and signs it in. After SERVICE_UNAVAILABLE the same
/// request completes the same account. Where sign-up does not tell whether an address has an account, every
/// sign-up is answered with 202 alike, and the rest is in the mail.
#[utoipa::path(post, path = "/auth/register", tag = "authentication", security(()), request_body = RegisterBody,
    responses((status = 201, description = "Registered", body = Registered,
        headers(("set-cookie" = String, description = "With `session: \"cookie\"`: the cookies of the session and of the device"))),
        (status = 202, description = "A mail tells how to go on", body = RegistrationMailed)))]
pub(crate) async fn register(
    State(gateway): State<Gateway>,
    client: ClientOrigin,
    headers: HeaderMap,
    StrictJson(body): StrictJson<RegisterBody>,
) -> Result<Response, HttpError> {
    let delivery = Delivery::asked_for(body.session, &headers, &gateway.origins)?;
    let request = proto::RegisterRequest {
        email: body.email,
        password: body.password,
        first_name: body.first_name,
        last_name: body.last_name,
        display_name: body.display_name,
        app_code: body.app_code.unwrap_or_default(),
        is_invited: false,
        in_cookies: delivery == Delivery::InCookies,
    };
    let mut answer = sign_up(&gateway, &client, request, body.invite_token).await?;
    if answer.user.is_none() {
        let mailed = RegistrationMailed { verification_email_sent: answer.verification_email_sent };
        return Ok((StatusCode::ACCEPTED, Json(mailed)).into_response());
    }
    let device_token = std::mem::take(&mut answer.device_token);
    let (cookies, credentials, device_token) = delivery.hand_over_signed_in(answer.tokens.take(), device_token)?;
    Ok((StatusCode::CREATED, cookies, Json(Registered::of(answer, credentials, device_token)?)).into_response())
}

/// Whoever was invited signs up through invitations, which sees to what the token leads to.
async fn sign_up(
    gateway: &Gateway,
    client: &ClientOrigin,
    request: proto::RegisterRequest,
    invite_token: Option<String>,
) -> Result<proto::RegisterResponse, HttpError> {
    let Some(invite_token) = invite_token else {
        return Ok(gateway.upstreams.authentication().register(client.call(request)).await?.into_inner());
    };
    let request = RegisterInviteeRequest { registration: Some(request), invite_token };
    let answer = gateway.upstreams.admissions().register_invitee(client.call(request)).await?.into_inner();
    Ok(filled(answer.registered, "the sign-up")?)
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginBody {
    email: String,
    password: String,
    /// The organization to act for; absent: the personal one.
    #[schema(format = Uuid)]
    organization_id: Option<String>,
    /// True: the session lasts longer, 90 days instead of 30 unless the operator decided otherwise.
    remember_me: Option<bool>,
    /// The app that the tokens are for; absent: the default one.
    app_code: Option<String>,
    /// `device_token` of an earlier answer on this device: while somebody else guesses passwords, a known
    /// device is not made to wait.
    device_token: Option<String>,
    /// `cookie`: a browser keeps the tokens, and no script sees them.
    session: Option<SessionMode>,
}

/// Signs in with e-mail address and password.
#[utoipa::path(post, path = "/auth/login", tag = "authentication", security(()), request_body = LoginBody,
    responses((status = 200, description = "Signed in", body = SignedInUser,
        headers(("set-cookie" = String, description = "With `session: \"cookie\"`: the cookies of the session and of the device")))))]
pub(crate) async fn login(
    State(gateway): State<Gateway>,
    client: ClientOrigin,
    MaybeSignedIn(signed_in): MaybeSignedIn,
    headers: HeaderMap,
    StrictJson(body): StrictJson<LoginBody>,
) -> Result<(SetCookies, Json<SignedInUser>), HttpError> {
    let delivery = Delivery::asked_for(body.session, &headers, &gateway.origins)?;
    let request = proto::LoginRequest {
        email: body.email,
        password: body.password,
        organization_id: body.organization_id.unwrap_or_default(),
        remember_me: body.remember_me.unwrap_or_default(),
        app_code: body.app_code.unwrap_or_default(),
        device_token: presented_device_token(body.device_token, &headers),
        in_cookies: delivery == Delivery::InCookies,
    };
    let request = match &signed_in {
        Some(signed_in) => signed_in.call(request),
        None => client.call(request),
    };
    let answer = gateway.upstreams.authentication().login(request).await?.into_inner();
    let (cookies, credentials, device_token) = delivery.hand_over_signed_in(answer.tokens, answer.device_token)?;
    let mut signed_in = SignedInUser::of(answer.user, answer.access, credentials)?;
    signed_in.device_token = device_token;
    Ok((cookies, Json(signed_in)))
}
