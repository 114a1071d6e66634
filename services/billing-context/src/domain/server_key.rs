//! Keys by which the operator's own programs act for any organization.

use std::time::Duration;

use service_kit::Timestamp;

use crate::domain::text::{InvalidText, line};
use crate::domain::{ServerKeyId, UserId};

/// Most keys that have not ended.
pub const MOST_LIVING: u64 = 1_000;

const LONGEST_NAME: usize = 100;
const LONGEST_LIFE: Duration = Duration::from_secs(3_653 * 86_400);

/// What people call a key.
pub fn key_name(text: &str) -> Result<String, InvalidText> {
    line(text, LONGEST_NAME)
}

/// The instant cannot be the end of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be in the future and at most ten years ahead")]
pub struct InvalidExpiry;

/// When a key ends by itself.
pub fn key_expiry(expires: Timestamp, now: Timestamp) -> Result<Timestamp, InvalidExpiry> {
    if now < expires && expires <= now.plus(LONGEST_LIFE) { Ok(expires) } else { Err(InvalidExpiry) }
}

/// One thing that a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    BillingCharge,
    BillingDeposit,
    BillingRead,
    RevocationsRead,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::BillingCharge, Self::BillingDeposit, Self::BillingRead, Self::RevocationsRead];

    /// Reads that word.
    pub fn of_word(word: &str) -> Result<Self, InvalidScope> {
        Self::ALL.into_iter().find(|scope| scope.word() == word).ok_or(InvalidScope)
    }

    /// The word that callers and columns use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BillingCharge => "billing:charge",
            Self::BillingDeposit => "billing:deposit",
            Self::BillingRead => "billing:read",
            Self::RevocationsRead => "revocations:read",
        }
    }
}

/// The word is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be billing:charge, billing:deposit, billing:read or revocations:read")]
pub struct InvalidScope;

/// The scopes of a key: at least one, sorted, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

/// The words are no scopes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 4 of billing:charge, billing:deposit, billing:read and revocations:read, each once")]
pub struct InvalidScopes;

impl Scopes {
    /// Reads the words of callers and columns.
    pub fn of_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidScopes> {
        let mut scopes = Vec::new();
        for word in words {
            let scope = Scope::of_word(word).map_err(|_| InvalidScopes)?;
            if scopes.contains(&scope) {
                return Err(InvalidScopes);
            }
            scopes.push(scope);
        }
        if scopes.is_empty() {
            return Err(InvalidScopes);
        }
        scopes.sort_unstable();
        Ok(Self(scopes))
    }

    /// The words, sorted.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|scope| scope.word())
    }

    fn include(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}

/// Who made or ended a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// Whoever runs the deployment, at its command line.
    Operator,
    User(UserId),
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerKey {
    pub id: ServerKeyId,
    pub name: String,
    pub scopes: Scopes,
    pub created: Timestamp,
    pub created_by: Maker,
    /// `None`: not by itself.
    pub expires: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
    /// To the minute or so.
    pub last_used: Option<Timestamp>,
}

/// Why a key does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyDenied {
    #[error("nobody knows the key")]
    Unknown,
    #[error("the key was revoked")]
    Revoked,
    #[error("the key has expired")]
    Expired,
    #[error("the key lacks the scope {}", .0.word())]
    LacksScope(Scope),
}

impl ServerKey {
    /// Refused unless the key is good for this at this instant.
    pub fn allow(&self, scope: Scope, now: Timestamp) -> Result<(), KeyDenied> {
        if self.revoked.is_some() {
            return Err(KeyDenied::Revoked);
        }
        if self.expires.is_some_and(|expires| expires <= now) {
            return Err(KeyDenied::Expired);
        }
        if self.scopes.include(scope) { Ok(()) } else { Err(KeyDenied::LacksScope(scope)) }
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn scopes_are_known_sorted_and_given_once() {
        let scopes = Scopes::of_words(["billing:read", "billing:charge"]).unwrap();
        assert_eq!(scopes.words().collect::<Vec<_>>(), ["billing:charge", "billing:read"]);
        for bad in [&[][..], &["billing"], &["billing:read", "billing:read"], &["Billing:Read"], &["billing:read "]] {
            assert_eq!(Scopes::of_words(bad.iter().copied()), Err(InvalidScopes), "{bad:?}");
        }
        assert!(Scopes::of_words(Scope::ALL.map(Scope::word)).is_ok());
    }

    #[test]
    fn a_key_is_good_for_its_scopes_until_it_ends() {
        let at = Timestamp::from_millis;
        let key = ServerKey {
            id: Id::from(Uuid::nil()),
            name: "meter".to_owned(),
            scopes: Scopes::of_words(["billing:charge"]).unwrap(),
            created: at(0),
            created_by: Maker::Operator,
            expires: Some(at(10)),
            revoked: None,
            last_used: None,
        };
        assert_eq!(key.allow(Scope::BillingCharge, at(9)), Ok(()));
        assert_eq!(key.allow(Scope::BillingRead, at(9)), Err(KeyDenied::LacksScope(Scope::BillingRead)));
        assert_eq!(key.allow(Scope::BillingCharge, at(10)), Err(KeyDenied::Expired));
        let revoked = ServerKey { revoked: Some(at(5)), ..key.clone() };
        assert_eq!(revoked.allow(Scope::BillingCharge, at(20)), Err(KeyDenied::Revoked));
        let forever = ServerKey { expires: None, ..key };
        assert_eq!(forever.allow(Scope::BillingCharge, at(i64::MAX)), Ok(()));
    }
}
