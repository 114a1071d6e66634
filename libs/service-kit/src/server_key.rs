//! The secret of a server API key: what a program without a user shows as its bearer token. Which keys there are, and
//! what each may do, is known to the service that made them.

use std::fmt;

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::entropy::Entropy;
use crate::refusal::{ErrorReason, Refusal};
use crate::secret_token::SecretToken;

/// Tells keys apart from access tokens, and lets scanners find keys where they should not be.
const PREFIX: &str = "gh_sk_";
const SCHEME: &str = "bearer ";
const PURPOSE: &str = "server API key";

/// A key as its holder shows it: `gh_sk_` and a 256-bit secret. Its `Debug` shows nothing.
#[derive(Clone)]
pub struct ServerKeySecret(SecretToken);

impl ServerKeySecret {
    /// A fresh random one.
    pub fn generate(entropy: &Entropy) -> Self {
        Self(SecretToken::generate(entropy))
    }

    /// Reads a key that a caller presents; `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        SecretToken::parse(text.strip_prefix(PREFIX)?).map(Self)
    }

    /// The key in the one `Authorization` header of a request, whether or not anybody knows it.
    ///
    /// # Errors
    /// UNAUTHORIZED without a header, with several, and with any other kind of credential.
    pub fn of_headers(headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let only = values.next().filter(|_| values.next().is_none());
        let bearer = only.and_then(|value| value.to_str().ok()).and_then(|text| {
            let scheme = text.get(..SCHEME.len())?;
            scheme.eq_ignore_ascii_case(SCHEME).then(|| text[SCHEME.len()..].trim_start_matches(' '))
        });
        bearer.and_then(Self::parse).ok_or_else(no_key)
    }

    /// What is stored instead of it.
    pub fn hash(&self) -> Vec<u8> {
        self.0.hash(PURPOSE)
    }

    /// The key itself, for the one answer that carries it.
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}", self.0.expose())
    }
}

impl fmt::Debug for ServerKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKeySecret([redacted])")
    }
}

pub(crate) fn no_key() -> Refusal {
    Refusal::new(
        ErrorReason::Unauthorized,
        "Send a server API key as the bearer token; it begins with gh_sk_, and no other credential will do.",
    )
}
