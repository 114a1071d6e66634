//! Secrets that are handed out once and stored as hashes: refresh, invitation, link and mail tokens.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::entropy::Entropy;
use crate::keys::DerivedKey;

/// A 256-bit secret, written as 43 characters of base64url. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretToken(String);

impl SecretToken {
    /// A fresh random token.
    pub fn generate(entropy: &Entropy) -> Self {
        Self::from_bytes(entropy.bytes())
    }

    /// The token that `key` gives for these parts: the same each time, so that it can be said again
    /// without having been stored.
    pub fn derive(key: &DerivedKey, parts: &[&[u8]]) -> Self {
        Self::from_bytes(key.authenticate(parts))
    }

    fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token that a caller presents; `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        Some(Self::from_bytes(bytes))
    }

    /// What is stored instead: SHA-256 over the purpose and the token, so that a token of one purpose
    /// is never found under another.
    pub fn hash(&self, purpose: &'static str) -> Vec<u8> {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(self.0.as_bytes());
        context.finish().as_ref().to_vec()
    }

    /// The secret itself, for the one answer or mail that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretToken([redacted])")
    }
}
