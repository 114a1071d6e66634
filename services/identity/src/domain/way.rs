//! The way that a call about a session came in.

use service_kit::SecretToken;

/// By which of a session's credentials somebody calls.
pub enum Way {
    /// With tokens that the client keeps itself.
    WithTokens,
    /// By the cookies of a browser, with the refresh token that was among them.
    ///
    /// The access token alone is no proof: scripts may be given one of their own, and nothing but a browser keeps
    /// them from sending it in a cookie. No script ever sees the refresh token.
    ByCookie(Option<SecretToken>),
}
