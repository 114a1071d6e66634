//! Tokens that were verified before, so that the same token costs a comparison instead of a signature.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Caller;
use crate::revocation::Marks;

/// Where a token is kept: by the last bytes of its signature, which nobody can choose for a token that gets this far. That says
/// nothing about what stands before, so the whole token is compared too.
#[derive(Clone, Copy)]
pub(crate) struct Place(u64);

const PLACE_BYTES: usize = 64;

const SHARDS: usize = 16;

/// Bounded. Each shard keeps two generations of entries: when the young one is full it becomes the old one and the former old
/// one goes. What is used moves back to the young, so that tokens in use stay without any bookkeeping per hit.
///
/// The tokens themselves are kept, as comparing them takes a twentieth of the time of a hash that nobody can collide.
pub(crate) struct VerifiedTokens {
    shards: Vec<Mutex<Shard>>,
    places: RandomState,
    young_capacity: usize,
}

/// A token that was found right in itself.
pub(crate) struct Verified {
    pub(crate) token: Box<str>,
    pub(crate) caller: Caller,
    /// What to look up in the verifier's feed, if it has one.
    pub(crate) marks: Option<Marks>,
}

#[derive(Default)]
struct Shard {
    young: HashMap<u64, Kept, Placed>,
    old: HashMap<u64, Kept, Placed>,
}

#[derive(Clone)]
struct Kept {
    /// The state of the key store under which the token was verified.
    keys_generation: u64,
    verified: Arc<Verified>,
}

/// Places are hashes already.
type Placed = std::hash::BuildHasherDefault<AsItIs>;

#[derive(Default)]
struct AsItIs(u64);

impl std::hash::Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, place: u64) {
        self.0 = place;
    }
}

impl VerifiedTokens {
    /// Room for `capacity` tokens, rounded up to a multiple of 32; 0 keeps none.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        let shards = std::iter::repeat_with(Mutex::default).take(SHARDS).collect();
        Self { shards, places: RandomState::new(), young_capacity: capacity.div_ceil(2 * SHARDS) }
    }

    pub(crate) fn place(&self, token: &str) -> Place {
        let bytes = token.as_bytes();
        Place(self.places.hash_one(&bytes[bytes.len().saturating_sub(PLACE_BYTES)..]))
    }

    /// What is known of a token verified under the same keys. Its expiry has to be checked again.
    pub(crate) fn find(&self, place: Place, token: &str, keys_generation: u64) -> Option<Arc<Verified>> {
        let mut shard = self.shard(place);
        let kept = match shard.young.get(&place.0) {
            Some(kept) => kept.clone(),
            None => {
                let kept = shard.old.remove(&place.0)?;
                shard.keep(place, kept.clone(), self.young_capacity);
                kept
            }
        };
        drop(shard);
        (kept.keys_generation == keys_generation && *kept.verified.token == *token).then_some(kept.verified)
    }

    pub(crate) fn insert(&self, place: Place, keys_generation: u64, verified: Verified) -> Arc<Verified> {
        let verified = Arc::new(verified);
        if self.young_capacity > 0 {
            let kept = Kept { keys_generation, verified: Arc::clone(&verified) };
            self.shard(place).keep(place, kept, self.young_capacity);
        }
        verified
    }

    fn shard(&self, place: Place) -> MutexGuard<'_, Shard> {
        let index = (place.0 >> 32) as usize % SHARDS;
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn keep(&mut self, place: Place, kept: Kept, young_capacity: usize) {
        if self.young.len() >= young_capacity && !self.young.contains_key(&place.0) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(place.0, kept);
    }
}
