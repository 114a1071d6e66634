//! The settings of a verifier. Nothing that decides about trust has a default.

use std::fmt;
use std::sync::Arc;

use super::{Shared, TokenVerifier};
use crate::cache::VerifiedTokens;
use crate::clock::{self, Now};
use crate::keys::KeyStore;
use crate::revocation::RevocationFeed;

const DEFAULT_CACHE_CAPACITY: usize = 10_000;

/// How soon the end of a session or a narrowed right must be noticed. Said aloud in the code, since it is a promise to users.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Freshness {
    /// Not before the token ends by itself, minutes later: nothing but the token and the keys is looked at.
    UntilExpiry,
    /// As soon as the feed knows it, which is within a second while it is [`FeedState::Fresh`](crate::FeedState::Fresh). A feed that hears
    /// nothing makes tokens that are older than a minute stale.
    Feed(RevocationFeed),
}

/// What a verifier can't be built without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No issuer, or an empty one.
    #[error("Say which issuer's tokens are accepted, with issuer(..).")]
    MissingIssuer,
    /// No audience, or an empty one.
    #[error("Say for which application tokens are accepted, with audience(..).")]
    MissingAudience,
    /// No freshness.
    #[error("Say how soon the end of a session must be noticed, with freshness(..).")]
    MissingFreshness,
    /// No key store.
    #[error("Hand over the store of the issuer's keys, with keys(..).")]
    MissingKeys,
}

/// Collects the settings of a [`TokenVerifier`].
#[derive(Default)]
#[must_use]
pub struct TokenVerifierBuilder {
    issuer: Option<String>,
    audiences: Vec<String>,
    freshness: Option<Freshness>,
    keys: Option<KeyStore>,
    now: Option<Now>,
    cache_capacity: Option<usize>,
}

impl TokenVerifierBuilder {
    /// The only accepted `iss`, compared byte by byte.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Accepts tokens for this application beside those said before.
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.audiences([audience])
    }

    /// Accepts tokens for these applications beside those said before.
    pub fn audiences<A: Into<String>>(mut self, audiences: impl IntoIterator<Item = A>) -> Self {
        self.audiences.extend(audiences.into_iter().map(Into::into));
        self
    }

    /// How soon the end of a session must be noticed.
    pub fn freshness(mut self, freshness: Freshness) -> Self {
        self.freshness = Some(freshness);
        self
    }

    /// The issuer's keys; keep a clone to replace them later.
    pub fn keys(mut self, keys: KeyStore) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Answers the present time in Unix seconds; without it, the system's clock does.
    pub fn clock(mut self, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.now = Some(Arc::new(now));
        self
    }

    /// How many verified tokens are remembered, rounded up to a multiple of 32; 10,000 unless said otherwise, 0 for none.
    pub fn cache_capacity(mut self, capacity: usize) -> Self {
        self.cache_capacity = Some(capacity);
        self
    }

    /// The verifier.
    ///
    /// # Errors
    /// [`BuildError`] names what wasn't said.
    pub fn build(self) -> Result<TokenVerifier, BuildError> {
        let issuer = self.issuer.filter(|issuer| !issuer.is_empty()).ok_or(BuildError::MissingIssuer)?;
        if self.audiences.is_empty() || self.audiences.iter().any(String::is_empty) {
            return Err(BuildError::MissingAudience);
        }
        let feed = match self.freshness.ok_or(BuildError::MissingFreshness)? {
            Freshness::UntilExpiry => None,
            Freshness::Feed(feed) => Some(feed),
        };
        let keys = self.keys.ok_or(BuildError::MissingKeys)?;
        let verified = VerifiedTokens::with_capacity(self.cache_capacity.unwrap_or(DEFAULT_CACHE_CAPACITY));
        let now = self.now.unwrap_or_else(clock::system);
        Ok(TokenVerifier { shared: Arc::new(Shared { issuer, audiences: self.audiences, keys, feed, now, verified }) })
    }
}

impl fmt::Debug for TokenVerifierBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenVerifierBuilder")
            .field("issuer", &self.issuer)
            .field("audiences", &self.audiences)
            .field("freshness", &self.freshness)
            .finish_non_exhaustive()
    }
}
