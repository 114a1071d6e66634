//! The tokens of a session, and its end.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use contracts::identity::v1 as proto;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{NoContent, Position};
use crate::extract::{ClientOrigin, OptionalJson, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::refresh_hint::RefreshHint;
use crate::session_cookies::{Delivery, SetCookies, presented_refresh_token};
use crate::shapes::access::{SignedInUser, Switched};
use crate::shapes::session::Session;
use crate::shapes::tokens::AccessToken;

/// The refresh token to exchange.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshBody {
    /// Absent: the one in the cookie.
    refresh_token: Option<String>,
    /// The organization to act for from now on; absent: as before.
    #[schema(format = Uuid)]
    organization_id: Option<String>,
    /// Another app to make the token for; absent: the session's.
    app_code: Option<String>,
}

/// Exchanges a refresh token for a new pair, reading memberships anew. A refused call uses nothing up. A session
/// in cookies needs no body, gets new cookies, and is refreshed by cookie alone (else FORBIDDEN).
#[utoipa::path(post, path = "/auth/refresh", tag = "authentication", security((), ("refresh_cookie" = [])),
    request_body = Option<RefreshBody>,
    responses((status = 200, description = "Refreshed", body = SignedInUser,
        headers(("set-cookie" = String, description = "Of a session in cookies: the new ones")))))]
pub(crate) async fn refresh(
    State(gateway): State<Gateway>,
    client: ClientOrigin,
    headers: HeaderMap,
    OptionalJson(body): OptionalJson<RefreshBody>,
) -> Result<(SetCookies, Json<SignedInUser>), Response> {
    let presented = presented_refresh_token(body.refresh_token, &headers, &gateway.origins);
    let (refresh_token, delivery) = presented.map_err(IntoResponse::into_response)?;
    let request = proto::RefreshRequest {
        refresh_token,
        organization_id: body.organization_id.unwrap_or_default(),
        app_code: body.app_code.unwrap_or_default(),
        by_cookie: delivery == Delivery::InCookies,
    };
    let refreshing = async {
        let answer = gateway.upstreams.authentication().refresh(client.call(request)).await?.into_inner();
        let (cookies, credentials) = delivery.hand_over(answer.tokens)?;
        Ok((cookies, Json(SignedInUser::of(answer.user, answer.access, credentials)?)))
    };
    refreshing.await.map_err(|error: HttpError| match delivery.take_back() {
        // The session is over: a browser need not offer its cookies again.
        Ok(cleared) if error.status() == StatusCode::UNAUTHORIZED => (cleared, error).into_response(),
        _ => error.into_response(),
    })
}

/// An organization to act for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationChoice {
    #[schema(format = Uuid)]
    organization_id: String,
}

/// Changes the session's active organization and gives a new pair of tokens, in cookies to a caller by cookie.
/// A session in cookies takes this by its cookies alone, else FORBIDDEN.
#[utoipa::path(post, path = "/auth/switch-org", tag = "authentication", request_body = OrganizationChoice,
    responses((status = 200, description = "Switched", body = Switched,
        headers(("set-cookie" = String, description = "Of a session in cookies: the new ones")))))]
pub(crate) async fn switch_organization(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    headers: HeaderMap,
    StrictJson(OrganizationChoice { organization_id }): StrictJson<OrganizationChoice>,
) -> Result<(SetCookies, Json<Switched>), HttpError> {
    let cookie_refresh_token = signed_in.delivery.cookie_refresh_token(&headers)?;
    let request = signed_in.call(proto::SwitchOrganizationRequest { organization_id, cookie_refresh_token });
    let answer = gateway.upstreams.authentication().switch_organization(request).await?.into_inner();
    let (cookies, credentials) = signed_in.delivery.hand_over(answer.tokens)?;
    Ok((cookies, Json(Switched::of(answer.access, credentials)?)))
}

/// Gives an access token for another organization and leaves the session as it is. A session in cookies takes this by
/// its cookies alone, else FORBIDDEN.
#[utoipa::path(post, path = "/auth/token", tag = "authentication", request_body = OrganizationChoice,
    responses((status = 200, description = "Issued", body = AccessToken)))]
pub(crate) async fn issue_token(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    headers: HeaderMap,
    StrictJson(OrganizationChoice { organization_id }): StrictJson<OrganizationChoice>,
) -> Result<Json<AccessToken>, HttpError> {
    let cookie_refresh_token = signed_in.delivery.cookie_refresh_token(&headers)?;
    let request = signed_in.call(proto::IssueTokenRequest { organization_id, cookie_refresh_token });
    let answer = gateway.upstreams.authentication().issue_token(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// The session to end.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogoutBody {
    /// Absent: the one in the cookie.
    refresh_token: Option<String>,
}

/// Ends the session of a refresh token. An unknown token is answered alike. A session in cookies needs no body,
/// and its cookies are taken back.
#[utoipa::path(post, path = "/auth/logout", tag = "authentication", security((), ("refresh_cookie" = [])),
    request_body = Option<LogoutBody>,
    responses((status = 204, description = "Ended",
        headers(("set-cookie" = String, description = "Of a session in cookies: takes them back")))))]
pub(crate) async fn logout(
    State(gateway): State<Gateway>,
    client: ClientOrigin,
    headers: HeaderMap,
    OptionalJson(body): OptionalJson<LogoutBody>,
) -> Result<(SetCookies, NoContent), HttpError> {
    let (refresh_token, delivery) = presented_refresh_token(body.refresh_token, &headers, &gateway.origins)?;
    let request = client.call(proto::LogoutRequest { refresh_token });
    let answer = gateway.upstreams.authentication().logout(request).await?;
    Ok((delivery.take_back()?, NoContent(Position::of_identity(answer.into_inner().position))))
}

/// Ends every session of the caller.
#[utoipa::path(post, path = "/auth/logout/all", tag = "authentication",
    responses((status = 204, description = "Ended",
        headers(("set-cookie" = String, description = "Of a caller by cookie: takes the cookies back")))))]
pub(crate) async fn logout_everywhere(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
) -> Result<(SetCookies, NoContent), HttpError> {
    let answer = gateway.upstreams.authentication().logout_all(signed_in.call(proto::LogoutAllRequest {})).await?;
    Ok((signed_in.delivery.take_back()?, NoContent(Position::of_identity(answer.into_inner().position))))
}

/// Says what the presented token says. Always 200: `valid` is false without a valid token.
#[utoipa::path(get, path = "/auth/session", tag = "authentication", security((), ("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "What the token says", body = Session)))]
pub(crate) async fn session(
    State(gateway): State<Gateway>,
    Extension(hint): Extension<RefreshHint>,
    headers: HeaderMap,
) -> Json<Session> {
    let authenticated = gateway.authenticate(&headers).await;
    if let Ok(caller) = &authenticated {
        hint.note(&gateway.verifier, caller);
    }
    Json(authenticated.map_or_else(Session::from, Session::from))
}
