//! Where the caller is signed in.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1 as proto;

use crate::answer::{NoContent, Position};
use crate::extract::{IdPath, Page, PathOf, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::session_cookies::SetCookies;
use crate::shapes::session_entry::SessionList;

/// Lists the caller's living sessions, newest first.
#[utoipa::path(get, path = "/auth/sessions", tag = "account", params(Page),
    responses((status = 200, description = "The sessions", body = SessionList)))]
pub(crate) async fn list_sessions(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    Page { page_size, page_token }: Page,
) -> Result<Json<SessionList>, HttpError> {
    let request = signed_in.call(proto::ListSessionsRequest { page_size, page_token });
    let answer = gateway.upstreams.sessions().list_sessions(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// Ends one of the caller's sessions. NOT_FOUND for one that is not alive or somebody else's.
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "account", params(IdPath),
    responses((status = 204, description = "Ended",
        headers(("set-cookie" = String, description = "Of a caller by cookie who ends the own session: takes them back")))))]
pub(crate) async fn end_session(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(IdPath { id }): PathOf<IdPath>,
) -> Result<(SetCookies, NoContent), HttpError> {
    let session_id = id.into_text();
    let is_current = session_id == signed_in.caller.session_id.to_string();
    let request = signed_in.call(proto::EndSessionRequest { session_id });
    let answer = gateway.upstreams.sessions().end_session(request).await?;
    let cookies = if is_current { signed_in.delivery.take_back()? } else { SetCookies::default() };
    Ok((cookies, NoContent(Position::of_identity(answer.into_inner().position))))
}
