//! Room for those who wait for a change before they are answered.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use http::HeaderMap;
use token_verification::{Caller, TokenVerifier, VerifyError};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::metrics::{Family, Metrics};

/// Who waits at once. They hold nothing that others need, each waits for half a second at most; but anybody with a token may demand
/// a change that never comes.
pub const WAITING_AT_ONCE: usize = 256;

const WAITING: Family = Family {
    name: "guildhall_waiting_room_occupied",
    help: "Calls that wait until a change is known that they demand to be known",
};

/// How many of them may be one user's: a page and its tabs, and never so many that others find no room.
pub const WAITING_OF_ONE_USER: usize = 16;

/// Bounds how many wait at once for what they demand to be known: by its places, and by what each user may take of them. Cheap to
/// clone; clones share the room.
#[derive(Clone)]
pub struct WaitingRoom(Arc<Semaphore>, OfUsers);

impl WaitingRoom {
    /// Room for [`WAITING_AT_ONCE`], of which one user has [`WAITING_OF_ONE_USER`].
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(WAITING_AT_ONCE)), OfUsers::default())
    }

    /// Tells from now on how many wait, as those who call this service.
    pub fn tell(&self, metrics: &Metrics, service: &'static str) {
        let room = self.clone();
        metrics.reading(WAITING, &[("service", service)], move || Some(f64::from(room.occupied())));
    }

    fn occupied(&self) -> u32 {
        u32::try_from(WAITING_AT_ONCE - self.0.available_permits()).unwrap_or(u32::MAX)
    }

    /// Who sends these headers, after waiting for the change that they demand (`guildhall-min-position`), if it isn't known yet and there
    /// is room to wait.
    ///
    /// # Errors
    /// Those of [`TokenVerifier::authenticate_after`]. [`VerifyError::Stale`] also when there is no room: a refreshed token knows the
    /// change and waits for nothing.
    pub async fn authenticate(&self, verifier: &TokenVerifier, headers: &HeaderMap) -> Result<Caller, VerifyError> {
        let mut authenticating = pin!(verifier.authenticate_after(headers));
        // Most wait for nothing, and need no room for it.
        if let Some(outcome) = authenticating.as_mut().now_or_never() {
            return outcome;
        }
        let user_id = verifier.authenticate(headers)?.user_id;
        let _one_of_the_users = self.1.admit(user_id).ok_or(VerifyError::Stale)?;
        let _room = self.0.try_acquire().map_err(|_| VerifyError::Stale)?;
        authenticating.await
    }
}

impl Default for WaitingRoom {
    fn default() -> Self {
        Self::new()
    }
}

/// How many wait of each user that anybody waits for. Whoever finds no place leaves no entry, so the places bound the entries too.
#[derive(Clone, Default)]
struct OfUsers(Arc<Mutex<HashMap<Uuid, usize>>>);

impl OfUsers {
    fn admit(&self, user_id: Uuid) -> Option<OneOfTheUsers> {
        let mut waiting = self.waiting();
        let of_user = waiting.entry(user_id).or_default();
        if *of_user == WAITING_OF_ONE_USER {
            return None;
        }
        *of_user += 1;
        drop(waiting);
        Some(OneOfTheUsers { of_users: self.clone(), user_id })
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Uuid, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts until it is dropped.
struct OneOfTheUsers {
    of_users: OfUsers,
    user_id: Uuid,
}

impl Drop for OneOfTheUsers {
    fn drop(&mut self) {
        if let Entry::Occupied(mut waiting) = self.of_users.waiting().entry(self.user_id) {
            *waiting.get_mut() -= 1;
            if *waiting.get() == 0 {
                waiting.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_a_share_of_the_room_and_leaves_nothing_behind() {
        let (of_users, alice, bob) = (OfUsers::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let alices: Vec<_> = (0..WAITING_OF_ONE_USER).map(|_| of_users.admit(alice).unwrap()).collect();
        assert!(of_users.admit(alice).is_none());
        let bobs = of_users.admit(bob);
        assert!(bobs.is_some());

        drop(bobs);
        drop(alices);
        assert!(of_users.waiting().is_empty());
        assert!(of_users.admit(alice).is_some());
    }
}
