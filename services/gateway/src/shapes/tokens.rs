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

/// Tokens that take the place of all that were given before.
#[derive(Serialize, ToSchema)]
pub(crate) struct RenewedTokens {
    pub(crate) tokens: Tokens,
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
