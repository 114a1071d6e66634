//! Whether a token is good, in one stable word.

use service_kit::Clock;
use token_verification::{Freshness, KeySet, KeyStore, TokenVerifier, VerifyError};

use super::reading::ReadToken;

/// What is said of a token.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every service believes it.
    Valid {
        /// Whether it was compared who issued it.
        issuer_compared: bool,
        /// Whether it was looked for what was taken away since.
        changes_looked_at: bool,
    },
    /// No service believes it.
    Refused {
        /// Why, in a word that stays.
        word: &'static str,
        /// Why, and what to do next.
        says: String,
    },
    /// It could not be found out.
    Unknown {
        /// Why not.
        says: String,
    },
}

impl Verdict {
    /// The word that stays.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Valid { .. } => "valid",
            Self::Refused { word, .. } => word,
            Self::Unknown { .. } => "unknown",
        }
    }

    /// A sentence.
    pub fn says(&self) -> String {
        match self {
            Self::Valid { changes_looked_at: true, .. } => "nothing that it says was taken away since".to_owned(),
            Self::Valid { changes_looked_at: false, .. } => {
                "its signature and times are right; what was taken away since was not looked at".to_owned()
            }
            Self::Refused { says, .. } | Self::Unknown { says } => says.clone(),
        }
    }
}

/// What a token is judged by.
pub struct Ground<'given> {
    pub keys: KeySet,
    /// Who must have issued it, when that is known.
    pub issuer: Option<&'given str>,
    pub clock: &'given Clock,
}

/// Judges signature, issuer and times as every service does. Whichever of the deployment's apps it is for is right.
pub fn judge(read: &ReadToken<'_>, ground: Ground<'_>) -> Verdict {
    let Ground { keys, issuer, clock } = ground;
    let store = KeyStore::empty();
    store.replace(keys);
    let (issuer_compared, issuer) = match issuer {
        Some(issuer) => (true, issuer),
        None => (false, read.text("iss").unwrap_or_default()),
    };
    let clock = clock.clone();
    let verifier = TokenVerifier::builder()
        // Without one nothing could be built; a token that names none is refused for its claims all the same.
        .issuer(if issuer.is_empty() { "nobody" } else { issuer })
        .audience(read.text("aud").filter(|aud| !aud.is_empty()).unwrap_or("nobody"))
        .freshness(Freshness::UntilExpiry)
        .keys(store)
        .clock(move || clock.now().seconds())
        .build();
    let verified = match verifier {
        Ok(verifier) => verifier.verify(read.compact),
        Err(error) => return Verdict::Unknown { says: format!("nobody could tell: {error}") },
    };
    match verified {
        Ok(_) => Verdict::Valid { issuer_compared, changes_looked_at: false },
        Err(error) => Verdict::Refused { word: word_of(error), says: error.to_string() },
    }
}

const fn word_of(error: VerifyError) -> &'static str {
    match error {
        VerifyError::Expired => "expired",
        VerifyError::NotYetValid | VerifyError::IssuedInFuture => "not_yet_valid",
        VerifyError::UnknownKey | VerifyError::KeysNotLoaded => "unknown_key",
        VerifyError::BadSignature => "bad_signature",
        VerifyError::WrongIssuer => "wrong_issuer",
        VerifyError::Revoked => "revoked",
        VerifyError::Stale => "stale",
        // The header, the form or the claims are not those of an access token of this system.
        _ => "malformed",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::time::Duration;

    use test_kit::{ISSUER, TestIssuer};
    use uuid::Uuid;

    use super::*;

    fn verdict(token: &str, keys: &TestIssuer, issuer: Option<&str>, clock: &Clock) -> Verdict {
        let keys = KeySet::from_jwks(&keys.jwks()).unwrap();
        judge(&ReadToken::of(token).unwrap(), Ground { keys, issuer, clock })
    }

    #[test]
    fn every_way_to_be_refused_has_its_word() {
        let clock = test_kit::clock();
        let (issuer, another) = (TestIssuer::new(&clock), TestIssuer::new(&clock));
        let token = issuer.token(Uuid::from_u128(1));
        let early = issuer.token_with(Uuid::from_u128(1), |claims| claims.nbf = Some(claims.iat + 200));
        let endless = issuer.token_with(Uuid::from_u128(1), |claims| claims.exp = claims.iat + 4000);
        for (token, keys, wanted, word) in [
            (&token, &issuer, Some(ISSUER), "valid"),
            (&token, &issuer, None, "valid"),
            (&token, &issuer, Some("https://elsewhere.example"), "wrong_issuer"),
            (&token, &another, Some(ISSUER), "bad_signature"),
            (&early, &issuer, Some(ISSUER), "not_yet_valid"),
            (&endless, &issuer, Some(ISSUER), "malformed"),
        ] {
            assert_eq!(verdict(token, keys, wanted, &clock).word(), word);
        }
        let empty = judge(
            &ReadToken::of(&token).unwrap(),
            Ground { keys: KeySet::from_jwks(r#"{"keys":[]}"#).unwrap(), issuer: None, clock: &clock },
        );
        assert_eq!(empty.word(), "unknown_key");
        clock.advance(Duration::from_secs(331));
        assert_eq!(verdict(&token, &issuer, Some(ISSUER), &clock).word(), "expired");
    }
}
