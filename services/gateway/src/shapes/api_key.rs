//! Server API keys.

use contracts::billing::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, filled};
use super::instant::Instant;

/// A server API key, without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKey {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// Sorted.
    scopes: Vec<String>,
    created_at: Instant,
    /// The user who made it; absent when it was made at the operator's command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    created_by: Option<String>,
    /// When it ends by itself; absent when it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Instant>,
    /// To the minute or so; absent before the first use.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Instant>,
}

impl TryFrom<proto::ServerKey> for ApiKey {
    type Error = Incomplete;

    fn try_from(key: proto::ServerKey) -> Result<Self, Incomplete> {
        Ok(Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            created_at: Instant::of(key.created_at, "the key's created_at")?,
            created_by: key.created_by,
            expires_at: key.expires_at.map(Into::into),
            revoked_at: key.revoked_at.map(Into::into),
            last_used_at: key.last_used_at.map(Into::into),
        })
    }
}

/// A page of keys, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeys {
    api_keys: Vec<ApiKey>,
    /// Empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::ListServerKeysResponse> for ApiKeys {
    type Error = Incomplete;

    fn try_from(answer: proto::ListServerKeysResponse) -> Result<Self, Incomplete> {
        Ok(Self { api_keys: each(answer.server_keys)?, next_page_token: answer.next_page_token })
    }
}

/// A key just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewApiKey {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// Sorted.
    scopes: Vec<String>,
    /// The key itself, here and never again.
    key: String,
    created_at: Instant,
    /// When it ends by itself; absent when it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
}

impl TryFrom<proto::CreateServerKeyResponse> for NewApiKey {
    type Error = Incomplete;

    fn try_from(answer: proto::CreateServerKeyResponse) -> Result<Self, Incomplete> {
        let key = filled(answer.server_key, "the key")?;
        Ok(Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            key: answer.secret,
            created_at: Instant::of(key.created_at, "the key's created_at")?,
            expires_at: key.expires_at.map(Into::into),
        })
    }
}
