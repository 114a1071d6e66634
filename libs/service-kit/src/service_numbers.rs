//! What every service of a process tells of itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::timeout;

use crate::database::{Database, Schema};
use crate::entropy::Entropy;
use crate::metrics::{Count, Family, Metrics};
use crate::periodic::PeriodicWork;
use crate::rates::RATE_LIMITED;

const POOL_IN_USE: Family = Family { name: "guildhall_db_pool_in_use", help: "Database connections that somebody has" };
const POOL_IDLE: Family =
    Family { name: "guildhall_db_pool_idle", help: "Database connections that are open and free" };
const FAILURES: Family =
    Family { name: "guildhall_work_failures", help: "Rounds of work beside the calls that failed or panicked" };
const SCHEMA: Family =
    Family { name: "guildhall_schema_version", help: "Migrations that the service's database has taken" };
const SCHEMA_WANTED: Family =
    Family { name: "guildhall_schema_version_wanted", help: "Migrations that this program knows" };

/// The schema seldom changes while a process runs.
const LOOK_EVERY: Duration = Duration::from_secs(30);
const LOOK_WITHIN: Duration = Duration::from_secs(5);

/// The numbers of one service, under its name.
#[derive(Clone)]
pub(crate) struct ServiceNumbers {
    pub(crate) metrics: Metrics,
    pub(crate) service: &'static str,
}

impl ServiceNumbers {
    pub(crate) fn failures(&self, work: &'static str) -> Count {
        self.metrics.count(FAILURES, &[("service", self.service), ("work", work)])
    }

    pub(crate) fn limited(&self, bucket: &'static str) -> Count {
        self.metrics.count(RATE_LIMITED, &[("service", self.service), ("bucket", bucket)])
    }

    pub(crate) fn tell_pools(&self, database: &Database) {
        for pool in database.pools() {
            let labels = [("service", self.service), ("pool", pool.name)];
            let other = pool.clone();
            self.metrics.reading(POOL_IN_USE, &labels, move || Some(f64::from(pool.in_use())));
            self.metrics.reading(POOL_IDLE, &labels, move || Some(f64::from(other.idle())));
        }
    }

    /// Looks from time to time how far the schema is, which a newer program may have brought further.
    pub(crate) fn look_at_schema(&self, schema: Schema, database: &Database) -> PeriodicWork {
        let labels = [("service", self.service)];
        let wanted = count(schema.len());
        self.metrics.reading(SCHEMA_WANTED, &labels, move || Some(f64::from(wanted)));
        // It was up to date when the service was built.
        let taken = Arc::new(AtomicU32::new(wanted));
        let told = Arc::clone(&taken);
        self.metrics.reading(SCHEMA, &labels, move || Some(f64::from(told.load(Ordering::Relaxed))));
        let database = database.clone();
        PeriodicWork::new("schema numbers", LOOK_EVERY, Entropy::system(), move || {
            let (database, taken) = (database.clone(), Arc::clone(&taken));
            async move {
                let looked = timeout(LOOK_WITHIN, schema.state_in(&database)).await;
                let state = looked.map_err(|_| "no answer in time".to_owned())?.map_err(|error| error.to_string())?;
                taken.store(count(state.applied.len() + state.unknown.len()), Ordering::Relaxed);
                Ok::<_, String>(())
            }
        })
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
