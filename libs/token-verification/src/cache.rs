//! Tokens that were verified before, so that the same token costs a hash instead of a signature.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

use crate::Caller;

/// SHA-256 of the whole token: nobody can make another token that is taken for a verified one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; SHA256_OUTPUT_LEN]);

impl Fingerprint {
    pub(crate) fn of(token: &str) -> Self {
        let mut bytes = [0; SHA256_OUTPUT_LEN];
        bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}

const SHARDS: usize = 16;

/// Bounded. Each shard keeps two generations of entries: when the young one is full it becomes the old one and the former old
/// one goes. What is used moves back to the young, so that tokens in use stay without any bookkeeping per hit.
pub(crate) struct VerifiedTokens {
    shards: Vec<Mutex<Shard>>,
    young_capacity: usize,
}

#[derive(Default)]
struct Shard {
    young: HashMap<Fingerprint, Verified>,
    old: HashMap<Fingerprint, Verified>,
}

#[derive(Clone)]
struct Verified {
    /// The state of the key store under which the token was verified.
    keys_generation: u64,
    caller: Arc<Caller>,
}

impl VerifiedTokens {
    /// Room for `capacity` tokens, rounded up to a multiple of 32; 0 keeps none.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let shards = std::iter::repeat_with(Mutex::default).take(SHARDS).collect();
        Self { shards, young_capacity: capacity.div_ceil(2 * SHARDS) }
    }

    /// The caller of a token verified under the same keys. Its expiry has to be checked again.
    pub(crate) fn find(&self, fingerprint: &Fingerprint, keys_generation: u64) -> Option<Arc<Caller>> {
        let mut shard = self.shard(fingerprint);
        let verified = match shard.young.get(fingerprint) {
            Some(verified) => verified.clone(),
            None => {
                let verified = shard.old.remove(fingerprint)?;
                shard.keep(*fingerprint, verified.clone(), self.young_capacity);
                verified
            }
        };
        (verified.keys_generation == keys_generation).then_some(verified.caller)
    }

    pub(crate) fn insert(&self, fingerprint: Fingerprint, keys_generation: u64, caller: Arc<Caller>) {
        if self.young_capacity > 0 {
            let verified = Verified { keys_generation, caller };
            self.shard(&fingerprint).keep(fingerprint, verified, self.young_capacity);
        }
    }

    fn shard(&self, fingerprint: &Fingerprint) -> MutexGuard<'_, Shard> {
        let index = usize::from(fingerprint.0[0]) % SHARDS;
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn keep(&mut self, fingerprint: Fingerprint, verified: Verified, young_capacity: usize) {
        if self.young.len() >= young_capacity && !self.young.contains_key(&fingerprint) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(fingerprint, verified);
    }
}
