//! The handle that whoever fetches keys and whoever verifies with them share.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::KeySet;

/// The keys in use now. Clones share them, so a refresher keeps one clone and gives another to the verifier.
#[derive(Clone)]
pub struct KeyStore {
    shared: Arc<Shared>,
}

struct Shared {
    held: RwLock<HeldKeys>,
    unknown_kids_seen: AtomicU64,
}

/// One state of the store. A higher generation means that whatever was verified before must be verified again.
#[derive(Clone)]
pub(crate) struct HeldKeys {
    pub(crate) generation: u64,
    /// `None` until the first set arrives.
    pub(crate) keys: Option<Arc<KeySet>>,
}

impl KeyStore {
    /// A store without keys, with which every token is refused as [`KeysNotLoaded`](crate::VerifyError::KeysNotLoaded).
    #[must_use]
    pub fn empty() -> Self {
        let held = RwLock::new(HeldKeys { generation: 0, keys: None });
        Self { shared: Arc::new(Shared { held, unknown_kids_seen: AtomicU64::new(0) }) }
    }

    /// Puts `keys` in the place of all keys before; tokens of a key that is gone are refused from now on.
    pub fn replace(&self, keys: KeySet) {
        let mut held = self.shared.held.write().unwrap_or_else(PoisonError::into_inner);
        held.generation += 1;
        held.keys = Some(Arc::new(keys));
    }

    /// Whether a set was ever given, be it empty.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.held().keys.is_some()
    }

    /// How many tokens with a well-formed but unknown `kid` were seen; it only grows.
    ///
    /// A refresher that sees it grow should fetch the keys early. Anybody can make it grow, so fetch at most every ten seconds.
    #[must_use]
    pub fn unknown_kids_seen(&self) -> u64 {
        self.shared.unknown_kids_seen.load(Ordering::Relaxed)
    }

    pub(crate) fn note_unknown_kid(&self) {
        self.shared.unknown_kids_seen.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn held(&self) -> HeldKeys {
        self.shared.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("KeyStore").field(&self.held().keys).finish()
    }
}
