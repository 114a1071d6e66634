//! Removes answers that nobody is given any more.

use std::time::Duration;

use sea_orm::DbErr;

use super::{Idempotency, claims};
use crate::periodic::PeriodicWork;

const EVERY: Duration = Duration::from_secs(300);
/// Rows removed in one transaction, so that nobody waits long for a sweep.
const BATCH: u64 = 500;
/// What one round does at most; the rest waits for the next.
const BATCHES_AT_MOST: usize = 200;

impl Idempotency {
    /// The sweep, to be done while the service is served.
    pub(crate) fn sweep(&self) -> PeriodicWork {
        let swept = self.clone();
        PeriodicWork::new("sweep idempotency keys", EVERY, self.entropy.clone(), move || {
            let swept = swept.clone();
            async move { swept.remove_expired().await }
        })
    }

    async fn remove_expired(&self) -> Result<(), DbErr> {
        let now = self.clock.now();
        for _ in 0..BATCHES_AT_MOST {
            if claims::remove_expired(&self.database, now, BATCH).await? < BATCH {
                break;
            }
        }
        Ok(())
    }
}
