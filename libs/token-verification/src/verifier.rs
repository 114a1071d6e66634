//! The verifier: settings that don't change, keys that may.

mod builder;
mod time_claims;
#[cfg(feature = "feed")]
mod waiting;

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;

pub use builder::{BuildError, Freshness, TokenVerifierBuilder};

use crate::cache::{Verified, VerifiedTokens};
use crate::claims::Claims;
use crate::clock::Now;
use crate::compact::{CompactToken, check_size};
use crate::credentials::token_of;
use crate::keys::HeldKeys;
use crate::strict_json::parse_claims;
use crate::{Caller, KeyStore, RevocationFeed, VerifyError};

/// The header by which a server tells a client that refreshing its token early brings more rights; its value is
/// [`REFRESH_HINT_RIGHTS`].
pub const REFRESH_HINT_HEADER: &str = "guildhall-refresh-hint";
/// The value of [`REFRESH_HINT_HEADER`].
pub const REFRESH_HINT_RIGHTS: &str = "rights";

/// Verifies access tokens. Clones are cheap and share keys and cache.
#[derive(Clone)]
pub struct TokenVerifier {
    shared: Arc<Shared>,
}

struct Shared {
    issuer: String,
    audiences: Vec<String>,
    keys: KeyStore,
    feed: Option<RevocationFeed>,
    now: Now,
    verified: VerifiedTokens,
}

impl TokenVerifier {
    /// Starts the settings of a verifier; issuer, audience, freshness and keys must be said.
    pub fn builder() -> TokenVerifierBuilder {
        TokenVerifierBuilder::default()
    }

    /// Says who calls with `token`.
    ///
    /// Checked in this order: at most 8 KiB; three canonical base64url parts; a header of `alg: EdDSA`, `typ: at+jwt`, `kid` and
    /// nothing else; a key with that `kid`; the signature over the received bytes; claims complete, of the right types, none
    /// doubled; `iss`, `aud`, `token_type`; `exp`, `nbf` and `iat` with 30 seconds of leeway, the lifetime at most an hour.
    /// A token that passed is remembered until the keys are replaced; when it comes again, only its expiry and what follows is checked.
    /// At last, with [`Freshness::Feed`], whether its session ended or its rights changed, in at most five look-ups in memory.
    ///
    /// # Errors
    /// The first check that failed.
    pub fn verify(&self, token: &str) -> Result<Caller, VerifyError> {
        check_size(token)?;
        let now = (self.shared.now)();
        let held = self.shared.keys.held();
        let place = self.shared.verified.place(token);
        let verified = match self.shared.verified.find(place, token, held.generation) {
            Some(verified) => {
                time_claims::check_expiry(verified.caller.expires_at, now)?;
                verified
            }
            None => {
                let claims = self.signed_claims(token, &held)?;
                self.check_claims(&claims, now)?;
                let caller = Caller::from_checked(claims)?;
                let marks = self.shared.feed.as_ref().map(|feed| feed.marks(&caller));
                let verified = Verified { token: token.into(), caller, marks };
                self.shared.verified.insert(place, held.generation, verified)
            }
        };
        if let (Some(feed), Some(marks)) = (&self.shared.feed, &verified.marks) {
            feed.check(marks, verified.caller.issued_at, now)?;
        }
        Ok(Arc::try_unwrap(verified).map_or_else(|kept| kept.caller.clone(), |new| new.caller))
    }

    /// Says who sent a request with these headers: by `Authorization: Bearer`, else by the cookie [`ACCESS_COOKIE`](crate::ACCESS_COOKIE).
    /// The header [`Position::MINIMUM_HEADER`](crate::Position::MINIMUM_HEADER) is not looked at, as honouring it means waiting: that is
    /// `authenticate_after`, with the feature `feed`.
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify), and those of requests without credentials, with other ones, or with several.
    pub fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, VerifyError> {
        self.verify(token_of(headers)?)
    }

    /// Whether a caller is still who the token said: for what lasts longer than a request, such as a stream or a socket. To be asked
    /// every second or before each message; it costs no signature and no allocation.
    ///
    /// # Errors
    /// [`VerifyError::Expired`], [`VerifyError::Stale`] or [`VerifyError::Revoked`]: end what lasts.
    pub fn recheck(&self, caller: &Caller) -> Result<(), VerifyError> {
        let now = (self.shared.now)();
        time_claims::check_expiry(caller.expires_at, now)?;
        match &self.shared.feed {
            Some(feed) => feed.check(&feed.marks(caller), caller.issued_at, now),
            None => Ok(()),
        }
    }

    /// Whether a caller may do more than the token says, as far as is known: a role was given, a role or the plan gives more. The token
    /// is as good as before; a server can tell the client, in [`REFRESH_HINT_HEADER`](crate::REFRESH_HINT_HEADER) or its own way, to refresh it when
    /// there is time. Two look-ups in memory, no allocation; nothing rests on it, and without a feed the answer is always no.
    #[must_use]
    pub fn refresh_hint(&self, caller: &Caller) -> bool {
        self.shared.feed.as_ref().is_some_and(|feed| feed.has_widened(caller))
    }

    fn signed_claims(&self, token: &str, held: &HeldKeys) -> Result<Claims, VerifyError> {
        let compact = CompactToken::take_apart(token)?;
        let key_id = compact.key_id()?;
        let keys = held.keys.as_ref().ok_or(VerifyError::KeysNotLoaded)?;
        let Some(key) = keys.find(&key_id) else {
            self.shared.keys.note_unknown_kid();
            return Err(VerifyError::UnknownKey);
        };
        key.verify_sig(compact.signed, &compact.signature).map_err(|_| VerifyError::BadSignature)?;
        parse_claims(&compact.payload).map_err(|_| VerifyError::ClaimsRefused)
    }

    fn check_claims(&self, claims: &Claims, now: i64) -> Result<(), VerifyError> {
        if claims.iss != self.shared.issuer {
            return Err(VerifyError::WrongIssuer);
        }
        if !self.shared.audiences.contains(&claims.aud) {
            return Err(VerifyError::WrongAudience);
        }
        if claims.token_type != Claims::TOKEN_TYPE {
            return Err(VerifyError::WrongTokenType);
        }
        time_claims::check(claims, now)
    }
}

impl fmt::Debug for TokenVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { issuer, audiences, keys, feed, now: _, verified: _ } = &*self.shared;
        formatter
            .debug_struct("TokenVerifier")
            .field("issuer", issuer)
            .field("audiences", audiences)
            .field("keys", keys)
            .field("feed", feed)
            .finish_non_exhaustive()
    }
}
