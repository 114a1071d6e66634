//! The keys that access tokens are signed with.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contracts::identity::v1::ListSigningKeysRequest;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use tonic::Status;

use crate::gateway::Gateway;
use crate::http_error::HttpError;

/// With a set at hand, identity is not waited for any longer.
const FRESH_WITHIN: Duration = Duration::from_secs(2);

/// The public keys, as a JSON Web Key Set (RFC 7517). The last known ones while identity does not answer.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "keys", security(()),
    responses((status = 200, description = "The key set", body = Object)))]
pub(crate) async fn signing_keys(State(gateway): State<Gateway>) -> Result<Response, HttpError> {
    let jwks = match (gateway.last_published_keys(), ask(&gateway)) {
        (None, asking) => asking.await?,
        (Some(last), asking) => match tokio::time::timeout(FRESH_WITHIN, asking).await {
            Ok(Ok(jwks)) => jwks,
            Ok(Err(_)) | Err(_) => last,
        },
    };
    gateway.remember_published_keys(Arc::clone(&jwks));
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=60")];
    Ok((headers, jwks.to_string()).into_response())
}

async fn ask(gateway: &Gateway) -> Result<Arc<str>, Status> {
    let answer = gateway.upstreams.keys().list_signing_keys(ListSigningKeysRequest {}).await?;
    Ok(answer.into_inner().jwks_json.into())
}
