//! Room for those who wait for a change before they are answered.

use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt;
use http::HeaderMap;
use token_verification::{Caller, TokenVerifier, VerifyError};
use tokio::sync::Semaphore;

use crate::metrics::{Family, Metrics};

/// Who waits at once. They hold nothing that others need, each waits for half a second at most; but anybody with a token may demand
/// a change that never comes.
pub const WAITING_AT_ONCE: usize = 256;

const WAITING: Family = Family {
    name: "guildhall_waiting_room_occupied",
    help: "Calls that wait until a change is known that they demand to be known",
};

/// Bounds how many wait at once for what they demand to be known. Cheap to clone; clones share the room.
#[derive(Clone)]
pub struct WaitingRoom(Arc<Semaphore>);

impl WaitingRoom {
    /// Room for [`WAITING_AT_ONCE`].
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(WAITING_AT_ONCE)))
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
        let _room = self.0.try_acquire().map_err(|_| VerifyError::Stale)?;
        authenticating.await
    }
}

impl Default for WaitingRoom {
    fn default() -> Self {
        Self::new()
    }
}
