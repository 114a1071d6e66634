//! Every way in which a credential can be refused.

use http::StatusCode;

/// Why a request or a token was refused. The texts say what to do next and never repeat the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// Neither an `Authorization` header nor the access cookie came with the request.
    #[error("Sign in and send the access token as a bearer token or cookie.")]
    NoCredentials,
    /// The `Authorization` header uses another scheme than `Bearer`.
    #[error("Send the access token with the Bearer scheme.")]
    NotBearer,
    /// The `Authorization` header or the access cookie came more than once.
    #[error("Send the access token once, in one header or one cookie.")]
    DoubledCredentials,
    /// The header `Guildhall-Min-Position` is no position, or came more than once.
    #[error("Send Guildhall-Min-Position once, exactly as Guildhall-Position was answered.")]
    PositionRefused,
    /// No key set was ever given to the [`KeyStore`](crate::KeyStore), so that nothing can be judged.
    #[error("The signing keys aren't loaded yet; try again in a moment.")]
    KeysNotLoaded,
    /// The token is longer than 8 KiB.
    #[error("The access token is too long; sign in again.")]
    TooLarge,
    /// The token isn't three base64url parts, each in its only canonical spelling.
    #[error("The access token is malformed; send it exactly as it was issued.")]
    Malformed,
    /// The header isn't exactly `alg: EdDSA`, `typ: at+jwt` and a `kid` of 1 to 128 bytes.
    #[error("This isn't an access token of this system; sign in again.")]
    HeaderRefused,
    /// No key in use has the token's `kid`.
    #[error("The access token was signed with a key that isn't in use; sign in again.")]
    UnknownKey,
    /// The signature doesn't belong to these bytes and this key.
    #[error("The access token's signature is wrong; sign in again.")]
    BadSignature,
    /// A claim is missing, doubled or of the wrong type.
    #[error("The access token's claims are incomplete or malformed; sign in again.")]
    ClaimsRefused,
    /// Claims contradict each other: `uid` and `sub`, `app_code` and `aud`, or an organization told by halves.
    #[error("The access token contradicts itself; sign in again.")]
    ContradictoryClaims,
    /// `iss` is another issuer.
    #[error("The access token comes from another issuer; sign in here.")]
    WrongIssuer,
    /// `aud` is none of the accepted audiences.
    #[error("The access token was issued for another application; sign in to this one.")]
    WrongAudience,
    /// `token_type` isn't `access`.
    #[error("This isn't an access token; send the access token instead.")]
    WrongTokenType,
    /// `exp` has passed, more than the leeway ago.
    #[error("The access token has expired; refresh it and try again.")]
    Expired,
    /// `nbf` lies ahead, further than the leeway.
    #[error("The access token isn't valid yet; check the clocks and try again.")]
    NotYetValid,
    /// `iat` lies ahead, further than the leeway.
    #[error("The access token was issued in the future; check the clocks and try again.")]
    IssuedInFuture,
    /// `exp` isn't after `iat`, or more than an hour after it.
    #[error("The access token's lifetime isn't acceptable; sign in again.")]
    LifetimeRefused,
    /// The rights that it tells have changed since, in part or in whole, or nobody can say whether they have.
    #[error("The access token is out of date; refresh it once and try again.")]
    Stale,
    /// Its session or its user's account has ended.
    #[error("The session has ended; sign in again.")]
    Revoked,
}

impl VerifyError {
    /// The stable code for clients to branch on: `UNAUTHORIZED`, `TOKEN_EXPIRED`, `TOKEN_INVALID`, `TOKEN_STALE` (refresh once),
    /// `TOKEN_REVOKED` (sign in again), `VALIDATION_ERROR` or
    /// `SERVICE_UNAVAILABLE`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoCredentials | Self::NotBearer => "UNAUTHORIZED",
            Self::KeysNotLoaded => "SERVICE_UNAVAILABLE",
            Self::PositionRefused => "VALIDATION_ERROR",
            Self::Expired => "TOKEN_EXPIRED",
            Self::Stale => "TOKEN_STALE",
            Self::Revoked => "TOKEN_REVOKED",
            Self::DoubledCredentials
            | Self::TooLarge
            | Self::Malformed
            | Self::HeaderRefused
            | Self::UnknownKey
            | Self::BadSignature
            | Self::ClaimsRefused
            | Self::ContradictoryClaims
            | Self::WrongIssuer
            | Self::WrongAudience
            | Self::WrongTokenType
            | Self::NotYetValid
            | Self::IssuedInFuture
            | Self::LifetimeRefused => "TOKEN_INVALID",
        }
    }

    /// The status of an HTTP answer: 503 while the keys aren't loaded, 400 for a bad `Guildhall-Min-Position`, else 401.
    #[must_use]
    pub fn http_status(&self) -> StatusCode {
        match self {
            Self::KeysNotLoaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::PositionRefused => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
}
