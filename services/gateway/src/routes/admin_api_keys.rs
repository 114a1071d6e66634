//! The back office: keys of the operator's own programs.

use axum::Json;
use axum::extract::State;
use contracts::billing::v1 as proto;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{IdPath, Page, PathOf, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::api_key::{ApiKeys, NewApiKey};
use crate::shapes::instant::Instant;

/// Lists server API keys, the newest first, those that have ended included. For the back office.
#[utoipa::path(get, path = "/admin/api-keys", tag = "back office", params(Page),
    responses((status = 200, description = "A page of them", body = ApiKeys)))]
pub(crate) async fn list_api_keys(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    Page { page_size, page_token }: Page,
) -> Result<Json<ApiKeys>, HttpError> {
    let request = signed_in.call(proto::ListServerKeysRequest { page_size, page_token });
    let answer = gateway.upstreams.server_keys().list_server_keys(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// The key to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateApiKeyBody {
    /// 1 to 100 characters.
    name: String,
    /// 1 to 4 of `billing:charge`, `billing:deposit`, `billing:read` and `revocations:read`, each once.
    scopes: Vec<String>,
    /// When it ends by itself: in the future, and at most ten years ahead; absent: it does not.
    expires_at: Option<Instant>,
}

/// Makes a server API key, which this answer shows and nothing ever shows again. For the back office.
#[utoipa::path(post, path = "/admin/api-keys", tag = "back office", request_body = CreateApiKeyBody,
    responses((status = 201, description = "Made", body = NewApiKey)))]
pub(crate) async fn create_api_key(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(CreateApiKeyBody { name, scopes, expires_at }): StrictJson<CreateApiKeyBody>,
) -> Result<(StatusCode, Json<NewApiKey>), HttpError> {
    let expires_at = expires_at.map(Into::into);
    let request = signed_in.call(proto::CreateServerKeyRequest { name, scopes, expires_at });
    let answer = gateway.upstreams.server_keys().create_server_key(request).await?;
    Ok((StatusCode::CREATED, Json(answer.into_inner().try_into()?)))
}

/// Ends a server API key: once this has answered, nothing is done by it any more. For the back office.
#[utoipa::path(delete, path = "/admin/api-keys/{id}", tag = "back office", params(IdPath),
    responses((status = 204, description = "Ended")))]
pub(crate) async fn revoke_api_key(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<IdPath>,
) -> Result<StatusCode, HttpError> {
    let request = signed_in.call(proto::RevokeServerKeyRequest { server_key_id: path.id.into_text() });
    gateway.upstreams.server_keys().revoke_server_key(request).await?;
    Ok(StatusCode::NO_CONTENT)
}
