//! What the feed tells operators of those who listen.

use service_kit::Metrics;
use service_kit::metrics::Family;
use tokio::time::Instant;

use super::{Revocations, State};

const LISTENERS: Family =
    Family { name: "guildhall_revocation_listeners", help: "Who listens to this process's feed of revocations" };
const BACKLOG: Family = Family {
    name: "guildhall_revocation_listener_backlog",
    help: "Messages that the listener furthest behind has yet to hear; beyond 128 it is cut",
};
const SILENCE: Family = Family {
    name: "guildhall_revocation_source_silence_seconds",
    help: "How long ago the service was known for certain from which nothing was heard for longest",
};

impl Revocations {
    /// Tells its numbers from now on.
    pub fn tell(&self, metrics: &Metrics) {
        let read = |family, value: fn(&State) -> f64| {
            let feed = self.clone();
            metrics.reading(family, &[], move || Some(value(&feed.state())));
        };
        read(LISTENERS, |state| state.ring.as_ref().map_or(0.0, |ring| count(ring.receiver_count())));
        read(BACKLOG, |state| state.ring.as_ref().map_or(0.0, |ring| count(ring.len())));
        read(SILENCE, |state| state.memory.silence(Instant::now()).as_secs_f64());
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
