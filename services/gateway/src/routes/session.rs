//! The tokens of a session, and its end.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1 as proto;
use http::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{NoContent, Position};
use crate::extract::{SignedIn, StrictJson, bearer_caller};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::access::{SignedInUser, Switched};
use crate::shapes::session::Session;
use crate::shapes::tokens::AccessToken;

/// The refresh token to exchange.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshBody {
    refresh_token: String,
    /// The organization to act for from now on; absent: as before.
    #[schema(format = Uuid)]
    organization_id: Option<String>,
    /// Another app to make the token for; absent: the session's.
    app_code: Option<String>,
}

/// Exchanges a refresh token for a new pair, reading memberships anew. A refused call uses nothing up.
#[utoipa::path(post, path = "/auth/refresh", tag = "authentication", security(()), request_body = RefreshBody,
    responses((status = 200, description = "Refreshed", body = SignedInUser)))]
pub(crate) async fn refresh(
    State(gateway): State<Gateway>,
    StrictJson(body): StrictJson<RefreshBody>,
) -> Result<Json<SignedInUser>, HttpError> {
    let request = proto::RefreshRequest {
        refresh_token: body.refresh_token,
        organization_id: body.organization_id.unwrap_or_default(),
        app_code: body.app_code.unwrap_or_default(),
    };
    let answer = gateway.upstreams.authentication().refresh(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// An organization to act for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationChoice {
    #[schema(format = Uuid)]
    organization_id: String,
}

/// Changes the session's active organization and gives a new pair of tokens.
#[utoipa::path(post, path = "/auth/switch-org", tag = "authentication", request_body = OrganizationChoice,
    responses((status = 200, description = "Switched", body = Switched)))]
pub(crate) async fn switch_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(OrganizationChoice { organization_id }): StrictJson<OrganizationChoice>,
) -> Result<Json<Switched>, HttpError> {
    let request = signed_in.call(proto::SwitchOrganizationRequest { organization_id });
    let answer = gateway.upstreams.authentication().switch_organization(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// Gives an access token for another organization and leaves the session as it is.
#[utoipa::path(post, path = "/auth/token", tag = "authentication", request_body = OrganizationChoice,
    responses((status = 200, description = "Issued", body = AccessToken)))]
pub(crate) async fn issue_token(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(OrganizationChoice { organization_id }): StrictJson<OrganizationChoice>,
) -> Result<Json<AccessToken>, HttpError> {
    let request = signed_in.call(proto::IssueTokenRequest { organization_id });
    let answer = gateway.upstreams.authentication().issue_token(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// The session to end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogoutBody {
    refresh_token: String,
}

/// Ends the session of a refresh token. An unknown token is answered alike.
#[utoipa::path(post, path = "/auth/logout", tag = "authentication", security(()), request_body = LogoutBody,
    responses((status = 204, description = "Ended")))]
pub(crate) async fn logout(
    State(gateway): State<Gateway>,
    StrictJson(LogoutBody { refresh_token }): StrictJson<LogoutBody>,
) -> Result<NoContent, HttpError> {
    let answer = gateway.upstreams.authentication().logout(proto::LogoutRequest { refresh_token }).await?;
    Ok(NoContent(Position::of_identity(answer.into_inner().position)))
}

/// Ends every session of the caller.
#[utoipa::path(post, path = "/auth/logout/all", tag = "authentication",
    responses((status = 204, description = "Ended")))]
pub(crate) async fn logout_everywhere(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
) -> Result<NoContent, HttpError> {
    let answer = gateway.upstreams.authentication().logout_all(signed_in.call(proto::LogoutAllRequest {})).await?;
    Ok(NoContent(Position::of_identity(answer.into_inner().position)))
}

/// Says what the presented token says. Always 200: `valid` is false without a valid token.
#[utoipa::path(get, path = "/auth/session", tag = "authentication", security((), ("bearer" = [])),
    responses((status = 200, description = "What the token says", body = Session)))]
pub(crate) async fn session(State(gateway): State<Gateway>, headers: HeaderMap) -> Json<Session> {
    Json(bearer_caller(&gateway.verifier, &headers).map_or_else(Session::from, Session::from))
}
