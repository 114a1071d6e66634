//! What waits in a service's outbox, as it was seen when somebody looked last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use crate::clock::{Clock, Timestamp};
use crate::database::Database;
use crate::entropy::Entropy;
use crate::metrics::{Count, Family, Label, Metrics};
use crate::outbox::{self, Backlog};
use crate::periodic::PeriodicWork;

const DEPTH: Family = Family { name: "guildhall_outbox_depth", help: "Messages that are not delivered yet" };
const OLDEST: Family = Family {
    name: "guildhall_outbox_oldest_seconds",
    help: "Since when the oldest message is not delivered that is due or was tried in vain",
};
const SET_ASIDE: Family =
    Family { name: "guildhall_outbox_set_aside", help: "Messages that are not tried again, for the operator" };
const DELIVERIES: Family = Family { name: "guildhall_outbox_deliveries", help: "Tries to deliver a message" };

const LOOK_EVERY: Duration = Duration::from_secs(15);
const LOOK_WITHIN: Duration = Duration::from_secs(5);
/// What was seen is told for so long; then it is rather left out.
const TOLD_FOR: Duration = Duration::from_secs(60);

type Seen = Arc<Mutex<Option<(Timestamp, HashMap<String, Backlog>)>>>;

/// What came of the tries of one topic.
#[derive(Clone, Debug, Default)]
pub(super) struct OutboxNumbers {
    pub(super) delivered: Count,
    pub(super) put_off: Count,
    pub(super) set_aside: Count,
}

impl OutboxNumbers {
    pub(super) fn of(metrics: &Metrics, service: &'static str, topic: &'static str) -> Self {
        let count = |result| metrics.count(DELIVERIES, &[("service", service), ("topic", topic), ("result", result)]);
        Self { delivered: count("delivered"), put_off: count("put_off"), set_aside: count("set_aside") }
    }

    /// Looks from time to time what waits in these topics, so that telling it asks no database.
    pub(super) fn look(
        metrics: &Metrics,
        service: &'static str,
        topics: impl Iterator<Item = &'static str>,
        (database, clock, entropy): (Database, Clock, Entropy),
    ) -> PeriodicWork {
        let seen = Seen::default();
        for topic in topics {
            let labels = [("service", service), ("topic", topic)];
            tell(metrics, &labels, (DEPTH, OLDEST, SET_ASIDE), (&seen, topic, &clock));
        }
        PeriodicWork::new("outbox numbers", LOOK_EVERY, entropy, move || {
            let (database, clock, seen) = (database.clone(), clock.clone(), Arc::clone(&seen));
            async move {
                let now = clock.now();
                let looked = timeout(LOOK_WITHIN, outbox::backlogs(&database, now)).await;
                let found = looked.map_err(|_| "no answer in time".to_owned())?.map_err(|error| error.to_string())?;
                *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, found));
                Ok::<_, String>(())
            }
        })
    }
}

fn tell(
    metrics: &Metrics,
    labels: &[Label<'_>],
    (depth, oldest, set_aside): (Family, Family, Family),
    (seen, topic, clock): (&Seen, &'static str, &Clock),
) {
    let read = |family, value: fn(&Backlog, Timestamp) -> f64| {
        let (seen, clock) = (Arc::clone(seen), clock.clone());
        metrics.reading(family, labels, move || {
            let now = clock.now();
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let (_, found) = seen.as_ref().filter(|(at, _)| at.plus(TOLD_FOR) >= now)?;
            Some(found.get(topic).map_or(0.0, |backlog| value(backlog, now)))
        });
    };
    read(depth, |backlog, _| float(backlog.waiting));
    read(oldest, |backlog, now| backlog.oldest.map_or(0.0, |oldest| float(now.millis() - oldest.millis()) / 1000.0));
    read(set_aside, |backlog, _| float(backlog.set_aside));
}

#[allow(clippy::cast_precision_loss, reason = "nobody counts so far")]
fn float(number: i64) -> f64 {
    number.max(0) as f64
}
