//! What whoever counts holds on to. Clones count together.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

/// How often something happened.
#[derive(Clone, Debug, Default)]
pub struct Count(pub(super) Counter);

impl Count {
    /// It happened once more.
    pub fn up(&self) {
        self.0.inc();
    }

    /// It happened so often.
    pub(crate) fn add(&self, times: u64) {
        self.0.inc_by(times);
    }

    /// How often so far.
    #[must_use]
    pub fn so_far(&self) -> u64 {
        self.0.get()
    }
}

/// How much there is of something now.
#[derive(Clone, Debug, Default)]
pub struct Level(pub(super) Gauge);

impl Level {
    /// There is one more until what is returned is dropped.
    #[must_use]
    pub fn one_more(&self) -> OneMore {
        self.0.inc();
        OneMore(self.clone())
    }
}

/// One of what there is.
#[derive(Debug)]
pub struct OneMore(Level);

impl Drop for OneMore {
    fn drop(&mut self) {
        self.0.0.dec();
    }
}

/// How long something took, each time.
#[derive(Clone, Debug)]
pub struct Durations(pub(super) Histogram);

impl Durations {
    pub(super) fn within(bounds: &[f64]) -> Self {
        Self(Histogram::new(bounds.iter().copied()))
    }

    /// It took so long once more.
    pub fn add(&self, took: Duration) {
        self.0.observe(took.as_secs_f64());
    }
}
