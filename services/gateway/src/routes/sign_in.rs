//! Making an account and signing in.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1 as proto;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{ClientOrigin, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
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
}

/// Makes an account with its personal organization and signs it in. After SERVICE_UNAVAILABLE the same
/// request completes the same account.
#[utoipa::path(post, path = "/auth/register", tag = "authentication", security(()), request_body = RegisterBody,
    responses((status = 201, description = "Registered", body = Registered)))]
pub(crate) async fn register(
    State(gateway): State<Gateway>,
    ClientOrigin(client): ClientOrigin,
    StrictJson(body): StrictJson<RegisterBody>,
) -> Result<(StatusCode, Json<Registered>), HttpError> {
    let request = proto::RegisterRequest {
        email: body.email,
        password: body.password,
        first_name: body.first_name,
        last_name: body.last_name,
        display_name: body.display_name,
        app_code: body.app_code.unwrap_or_default(),
        client: Some(client),
        is_invited: false,
    };
    let answer = gateway.upstreams.authentication().register(request).await?;
    Ok((StatusCode::CREATED, Json(answer.into_inner().try_into()?)))
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
    /// True: the session lasts 90 days instead of 30.
    remember_me: Option<bool>,
    /// The app that the tokens are for; absent: the default one.
    app_code: Option<String>,
    /// `device_token` of an earlier answer on this device: while somebody else guesses passwords, a known
    /// device is not made to wait.
    device_token: Option<String>,
}

/// Signs in with e-mail address and password.
#[utoipa::path(post, path = "/auth/login", tag = "authentication", security(()), request_body = LoginBody,
    responses((status = 200, description = "Signed in", body = SignedInUser)))]
pub(crate) async fn login(
    State(gateway): State<Gateway>,
    ClientOrigin(client): ClientOrigin,
    StrictJson(body): StrictJson<LoginBody>,
) -> Result<Json<SignedInUser>, HttpError> {
    let request = proto::LoginRequest {
        email: body.email,
        password: body.password,
        organization_id: body.organization_id.unwrap_or_default(),
        remember_me: body.remember_me.unwrap_or_default(),
        app_code: body.app_code.unwrap_or_default(),
        client: Some(client),
        device_token: body.device_token.unwrap_or_default(),
    };
    let answer = gateway.upstreams.authentication().login(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}
