//! Making an account and signing in.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1 as proto;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{ClientOrigin, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::session_cookies::{Delivery, SessionMode, SetCookies};
use crate::shapes::access::{Registered, SignedInUser};

/// The account to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterBody {
    email: String,
    /// 15 to 128 characters, not easy to guess.
    password: String,
    first_name: Option<String>,
    last_name: Option<String>,
    display_name: Option<String>,
    /// The app that the tokens are for; absent: the default one.
    app_code: Option<String>,
    /// `cookie`: a browser keeps the tokens, and no script sees them.
    session: Option<SessionMode>,
}

/// Makes an account with its personal organization and signs it in. After SERVICE_UNAVAILABLE the same
/// request completes the same account.
#[utoipa::path(post, path = "/auth/register", tag = "authentication", security(()), request_body = RegisterBody,
    responses((status = 201, description = "Registered", body = Registered,
        headers(("set-cookie" = String, description = "With `session: \"cookie\"`: the access and the refresh cookie")))))]
pub(crate) async fn register(
    State(gateway): State<Gateway>,
    ClientOrigin(client): ClientOrigin,
    headers: HeaderMap,
    StrictJson(body): StrictJson<RegisterBody>,
) -> Result<(StatusCode, SetCookies, Json<Registered>), HttpError> {
    let delivery = Delivery::asked_for(body.session, &headers, &gateway.origins)?;
    let request = proto::RegisterRequest {
        email: body.email,
        password: body.password,
        first_name: body.first_name,
        last_name: body.last_name,
        display_name: body.display_name,
        app_code: body.app_code.unwrap_or_default(),
        client: Some(client),
    };
    let mut answer = gateway.upstreams.authentication().register(request).await?.into_inner();
    let (cookies, credentials) = delivery.hand_over(answer.tokens.take())?;
    Ok((StatusCode::CREATED, cookies, Json(Registered::of(answer, credentials)?)))
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
    /// `cookie`: a browser keeps the tokens, and no script sees them.
    session: Option<SessionMode>,
}

/// Signs in with e-mail address and password.
#[utoipa::path(post, path = "/auth/login", tag = "authentication", security(()), request_body = LoginBody,
    responses((status = 200, description = "Signed in", body = SignedInUser,
        headers(("set-cookie" = String, description = "With `session: \"cookie\"`: the access and the refresh cookie")))))]
pub(crate) async fn login(
    State(gateway): State<Gateway>,
    ClientOrigin(client): ClientOrigin,
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
        client: Some(client),
    };
    let answer = gateway.upstreams.authentication().login(request).await?.into_inner();
    let (cookies, credentials) = delivery.hand_over(answer.tokens)?;
    Ok((cookies, Json(SignedInUser::of(answer.user, answer.access, credentials)?)))
}
