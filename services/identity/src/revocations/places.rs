//! How many listen by server API keys, in all and by each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use service_kit::Refusal;

/// Who listens by keys at once: half of all, so that the deployment's own services always find room.
const MOST: usize = super::MOST_LISTENERS / 2;
/// Who listens by one key at once: the processes of a program.
const MOST_OF_ONE_KEY: usize = 20;

/// The places of those who listen by keys. Cheap to clone.
#[derive(Clone, Default)]
pub struct Places(Arc<Mutex<HashMap<Vec<u8>, usize>>>);

/// One of them, until it is dropped.
pub struct Place {
    places: Places,
    key: Vec<u8>,
}

impl Places {
    /// A place for one who shows the key with this hash. SERVICE_UNAVAILABLE when there is none.
    pub fn take(&self, key: Vec<u8>) -> Result<Place, Refusal> {
        let mut taken = self.taken();
        if taken.values().sum::<usize>() >= MOST {
            return Err(Refusal::unavailable("too many listen to the feed by keys"));
        }
        let of_key = taken.entry(key.clone()).or_default();
        if *of_key >= MOST_OF_ONE_KEY {
            return Err(Refusal::unavailable("too many listen to the feed by this key"));
        }
        *of_key += 1;
        drop(taken);
        Ok(Place { places: self.clone(), key })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Vec<u8>, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(of_key) = taken.get_mut(&self.key) {
            *of_key -= 1;
            if *of_key == 0 {
                taken.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_has_twenty_places_and_gets_each_back() {
        let places = Places::default();
        let mut taken: Vec<_> = (0..MOST_OF_ONE_KEY).map(|_| places.take(vec![1]).unwrap()).collect();
        assert!(places.take(vec![1]).is_err());
        assert!(places.take(vec![2]).is_ok(), "another key's places are its own");
        taken.pop();
        taken.push(places.take(vec![1]).unwrap());
        assert!(places.take(vec![1]).is_err());
        taken.clear();
        assert!(places.taken().is_empty());
    }

    #[test]
    fn all_keys_together_leave_half_of_the_room() {
        let places = Places::default();
        let taken: Vec<_> = (0..MOST).map(|number| places.take(number.to_be_bytes().to_vec()).unwrap()).collect();
        assert!(places.take(vec![1]).is_err());
        drop(taken);
        assert!(places.take(vec![1]).is_ok());
    }
}
