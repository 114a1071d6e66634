//! Removes what was set aside and means nothing any more.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::DbErr;

use super::Relay;
use crate::clock::Clock;
use crate::database::Database;
use crate::outbox;
use crate::periodic::PeriodicWork;

const EVERY: Duration = Duration::from_secs(3600);
/// Leaves the operator time to look at it, and to have it tried again.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);
/// Rows removed in one transaction, so that nobody waits long for a sweep.
const BATCH: u64 = 500;
/// What one round does at most; the rest waits for the next.
const BATCHES_AT_MOST: usize = 200;

impl Relay {
    /// The sweep of messages that mean little after a day, to be done while the service is served.
    pub(crate) fn sweep(&self) -> PeriodicWork {
        let topics: Arc<[&'static str]> =
            self.topics.iter().filter(|topic| topic.is_passing).map(|topic| topic.name).collect();
        let (database, clock) = (self.database.clone(), self.clock.clone());
        PeriodicWork::new("sweep the outbox", EVERY, self.entropy.clone(), move || {
            remove_passed(database.clone(), clock.clone(), Arc::clone(&topics))
        })
    }
}

async fn remove_passed(database: Database, clock: Clock, topics: Arc<[&'static str]>) -> Result<(), DbErr> {
    let until = clock.now().minus(KEPT_FOR);
    for _ in 0..BATCHES_AT_MOST {
        if outbox::remove_set_aside(&database, &topics, until, BATCH).await? < BATCH {
            break;
        }
    }
    Ok(())
}
