//! When keys were used, held in memory until it is written down: a charge waits for no bookkeeping.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use service_kit::Timestamp;

use crate::domain::ServerKeyId;

/// Uses that are not written down yet; no more than there are living keys. Cheap to clone.
#[derive(Clone, Default)]
pub struct KeyUses(Arc<Mutex<HashMap<ServerKeyId, Timestamp>>>);

impl KeyUses {
    /// Notes a use of a key that is known and good.
    pub fn note(&self, key: ServerKeyId, at: Timestamp) {
        let mut uses = self.held();
        let latest = uses.entry(key).or_insert(at);
        *latest = at.max(*latest);
    }

    /// Everything noted since it was taken last.
    pub fn take(&self) -> HashMap<ServerKeyId, Timestamp> {
        std::mem::take(&mut *self.held())
    }

    fn held(&self) -> MutexGuard<'_, HashMap<ServerKeyId, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
