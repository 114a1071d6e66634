//! Tokens.

use contracts::identity::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::Incomplete;
use super::instant::Instant;

/// A pair of tokens.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tokens {
    access_token: String,
    /// Opaque; each is good for one refresh.
    refresh_token: String,
    token_type: TokenType,
    /// Seconds until the access token expires.
    expires_in: i64,
    expires_at: Instant,
}

/// The tokens of a session; with `session: "cookie"` they are in cookies and only their end is told.
#[derive(Serialize, ToSchema)]
pub(crate) struct Credentials {
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<Tokens>,
    /// Of a session in cookies: seconds until the access token expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<i64>,
    /// Of a session in cookies: when the access token expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
}

impl Credentials {
    /// For a client that keeps its tokens itself.
    pub(crate) fn shown(tokens: proto::Tokens) -> Result<Self, Incomplete> {
        Ok(Self { tokens: Some(tokens.try_into()?), expires_in: None, expires_at: None })
    }

    /// For a browser that keeps them in cookies.
    pub(crate) fn hidden(tokens: &proto::Tokens) -> Result<Self, Incomplete> {
        let expires_at = Instant::of(tokens.expires_at, "the tokens' expires_at")?;
        Ok(Self { tokens: None, expires_in: Some(tokens.expires_in), expires_at: Some(expires_at) })
    }
}

/// An access token beside the session's own.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessToken {
    access_token: String,
    token_type: TokenType,
    /// Seconds until it expires.
    expires_in: i64,
    expires_at: Instant,
}

#[derive(Serialize, ToSchema)]
pub(crate) enum TokenType {
    Bearer,
}

impl TryFrom<proto::Tokens> for Tokens {
    type Error = Incomplete;

    fn try_from(tokens: proto::Tokens) -> Result<Self, Incomplete> {
        Ok(Self {
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            token_type: TokenType::Bearer,
            expires_in: tokens.expires_in,
            expires_at: Instant::of(tokens.expires_at, "the tokens' expires_at")?,
        })
    }
}

impl TryFrom<proto::IssueTokenResponse> for AccessToken {
    type Error = Incomplete;

    fn try_from(answer: proto::IssueTokenResponse) -> Result<Self, Incomplete> {
        Ok(Self {
            access_token: answer.access_token,
            token_type: TokenType::Bearer,
            expires_in: answer.expires_in,
            expires_at: Instant::of(answer.expires_at, "the token's expires_at")?,
        })
    }
}
