//! Refresh tokens: a chain per sign-in, each good for one exchange.

use std::time::Duration;

use service_kit::Timestamp;

use crate::domain::session::{Session, SessionId};

/// Separates hashes of refresh tokens from those of other secrets.
pub const REFRESH: &str = "refresh";

/// Within this time two clients that share a token may both exchange it without meaning harm.
const GRACE: Duration = Duration::from_secs(10);

/// A refresh token as it is stored: without the token.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    pub hash: Vec<u8>,
    pub session_id: SessionId,
    /// The token that was exchanged for this one; `None` for the first of a chain.
    pub parent_hash: Option<Vec<u8>>,
    pub created: Timestamp,
    pub used: Option<Timestamp>,
    pub expires: Timestamp,
}

/// What it means that a token was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// For the first time.
    First,
    /// Again, by a second tab or after a lost answer.
    Again,
    /// By somebody who should not have it, or who lost it to somebody.
    Stolen,
}

impl RefreshToken {
    /// A token to be stored; it lives as long as its session and no longer.
    pub fn of(session: &Session, hash: Vec<u8>, parent_hash: Option<Vec<u8>>, now: Timestamp) -> Self {
        Self { hash, session_id: session.id, parent_hash, created: now, used: None, expires: session.expires }
    }

    /// Whether its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires
    }

    /// What it means that the token is presented now; `child` is the one that it was exchanged for.
    pub fn presented(&self, child: Option<&Self>, now: Timestamp) -> Presented {
        let Some(used) = self.used else { return Presented::First };
        let is_recent = now <= used.plus(GRACE);
        let child_is_unused = child.is_some_and(|child| child.used.is_none());
        if is_recent && child_is_unused { Presented::Again } else { Presented::Stolen }
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Entropy;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn token(used: Option<i64>) -> RefreshToken {
        RefreshToken {
            hash: vec![1],
            session_id: SessionId::generate(&Entropy::seeded(1), at(0)),
            parent_hash: None,
            created: at(0),
            used: used.map(at),
            expires: at(1_000_000),
        }
    }

    #[test]
    fn an_unused_token_is_presented_for_the_first_time() {
        assert_eq!(token(None).presented(None, at(999_999)), Presented::First);
    }

    #[test]
    fn a_second_presentation_within_ten_seconds_is_honest() {
        assert_eq!(token(Some(0)).presented(Some(&token(None)), at(10_000)), Presented::Again);
    }

    #[test]
    fn a_second_presentation_after_ten_seconds_is_theft() {
        assert_eq!(token(Some(0)).presented(Some(&token(None)), at(10_001)), Presented::Stolen);
    }

    #[test]
    fn a_second_presentation_is_theft_once_the_child_was_used() {
        assert_eq!(token(Some(0)).presented(Some(&token(Some(1))), at(2)), Presented::Stolen);
    }

    #[test]
    fn a_used_token_without_a_child_is_theft() {
        assert_eq!(token(Some(0)).presented(None, at(1)), Presented::Stolen);
    }

    #[test]
    fn a_token_expires_at_its_end() {
        assert!(!token(None).is_expired(at(999_999)));
        assert!(token(None).is_expired(at(1_000_000)));
    }
}
