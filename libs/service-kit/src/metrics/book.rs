//! Everything that is told but the feed's numbers, by name and labels.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;

use super::handles::{Count, Durations, Level};
use super::{Family, Label, Labels};

/// Sets of labels that one family has at most. Names of RPCs with codes are the most there are of anything, some hundreds; what
/// comes beyond this is counted for nobody, so that no fault of ours fills a database of numbers.
const MOST_OF_A_FAMILY: usize = 2_000;

#[derive(Default)]
pub(super) struct Book(Mutex<BTreeMap<&'static str, Told>>);

struct Told {
    help: &'static str,
    children: BTreeMap<Labels, Child>,
}

/// One number or set of numbers, with its labels.
#[derive(Clone)]
pub(super) enum Child {
    Count(Count),
    Level(Level),
    Durations(Durations),
    Reading(Arc<dyn Fn() -> Option<f64> + Send + Sync>),
}

impl Book {
    /// The one that is told under these labels, or this new one.
    pub(super) fn find_or_add(&self, family: Family, labels: &[Label<'_>], new: impl FnOnce() -> Child) -> Child {
        let labels = owned(labels);
        let mut families = self.families();
        let told = families.entry(family.name).or_insert_with(|| Told::of(family));
        if let Some(found) = told.children.get(&labels) {
            return found.clone();
        }
        let new = new();
        told.add(labels, new.clone());
        new
    }

    pub(super) fn replace(&self, family: Family, labels: &[Label<'_>], child: Child) {
        self.families().entry(family.name).or_insert_with(|| Told::of(family)).add(owned(labels), child);
    }

    fn families(&self) -> MutexGuard<'_, BTreeMap<&'static str, Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn owned(labels: &[Label<'_>]) -> Labels {
    labels.iter().map(|(name, value)| (*name, (*value).to_owned().into())).collect()
}

impl Told {
    const fn of(family: Family) -> Self {
        Self { help: family.help, children: BTreeMap::new() }
    }

    /// A family is of one kind, and bounded.
    fn add(&mut self, labels: Labels, child: Child) {
        let fits = self.kind().is_none_or(|kind| kind.as_str() == child.kind().as_str());
        debug_assert!(fits, "the numbers of one name are of one kind");
        if fits && (self.children.len() < MOST_OF_A_FAMILY || self.children.contains_key(&labels)) {
            self.children.insert(labels, child);
        }
    }

    fn kind(&self) -> Option<MetricType> {
        self.children.values().next().map(Child::kind)
    }
}

impl Child {
    const fn kind(&self) -> MetricType {
        match self {
            Self::Count(_) => MetricType::Counter,
            Self::Level(_) | Self::Reading(_) => MetricType::Gauge,
            Self::Durations(_) => MetricType::Histogram,
        }
    }

    fn encode(&self, encoder: MetricEncoder<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.0.encode(encoder),
            Self::Level(level) => level.0.encode(encoder),
            Self::Durations(durations) => durations.0.encode(encoder),
            Self::Reading(read) => match read() {
                Some(value) => ConstGauge::new(value).encode(encoder),
                None => Ok(()),
            },
        }
    }
}

impl Collector for Book {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (name, told) in self.families().iter() {
            let Some(kind) = told.kind() else { continue };
            let mut family = encoder.encode_descriptor(name, told.help, None, kind)?;
            for (labels, child) in &told.children {
                child.encode(family.encode_family(labels)?)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Book {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Book")
    }
}
