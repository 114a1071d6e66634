//! A signing key's life: next ─▶ active ─▶ retiring ─▶ retired.

use std::time::Duration;

use service_kit::Timestamp;

/// Whoever verifies tokens has learned of a published key within this time: from the feed within a second, else by fetching the
/// published keys again, which caches may put off.
const LEARNED_WITHIN: Duration = Duration::from_secs(600);
/// The longest life of a token, with the time that replicas may still sign with the key, and leeway.
const TOKENS_DEAD_WITHIN: Duration = Duration::from_secs(3600 + 120);

/// What a key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, so that everybody knows it when it is used.
    Next,
    /// Signs tokens.
    Active,
    /// Signs no more; tokens that it signed are still good.
    Retiring,
    /// Published no more; its private half is erased.
    Retired,
}

impl KeyState {
    const ALL: [Self; 4] = [Self::Next, Self::Active, Self::Retiring, Self::Retired];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }

    /// The state that has this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// When a key that is in this state since then may go on to the following one without anybody
    /// noticing; `None` where that is no question of time.
    pub fn may_go_on_from(self, since: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Next => Some(since.plus(LEARNED_WITHIN)),
            Self::Retiring => Some(since.plus(TOKENS_DEAD_WITHIN)),
            Self::Active | Self::Retired => None,
        }
    }
}
