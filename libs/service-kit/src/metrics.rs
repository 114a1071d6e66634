//! Numbers for the operator's dashboards, in the OpenMetrics text format.
//!
//! A process has one [`Metrics`], which everybody who has something to tell is given. Whoever counts takes a handle when it is built,
//! for each label that there can be, and holds on to it: counting looks nothing up, and nothing that comes from outside becomes a
//! label. Families of all RPCs and routes are made as calls come, from names that the process knows.

mod book;
mod handles;
mod http_requests;
mod revocation_feed;
mod rpc_calls;
mod rpc_clients;
mod rpc_codes;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use token_verification::RevocationFeed;

use self::book::{Book, Child};
use self::revocation_feed::FeedCollector;
use crate::release::Release;

pub use self::handles::{Count, Durations, Level};
pub use self::http_requests::HttpRequests;
pub(crate) use self::rpc_calls::{RpcCalls, measure};
pub(crate) use self::rpc_clients::RpcClients;

/// What every name of our own begins with.
const PREFIX: &str = "guildhall";
/// The media type of the text.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Bounds of the classes that the durations of calls and requests are told in, in seconds. Few, as each is a series for every method
/// and code.
pub(crate) const CALL_SECONDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

const BUILD: Family = Family {
    name: "guildhall_build_info",
    help: "What runs here: always 1, with the version and the commit that it was built from",
};

/// The numbers of one process. Cheap to clone; clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Shared>);

struct Shared {
    registry: Mutex<Registry>,
    book: Arc<Book>,
}

/// Numbers of one name, told apart by labels.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The name in full; that of a counter without `_total`, which is added.
    pub name: &'static str,
    /// What is counted.
    pub help: &'static str,
}

/// A label and its value.
pub type Label<'a> = (&'static str, &'a str);

type Labels = Vec<(&'static str, Cow<'static, str>)>;

impl Metrics {
    /// No numbers yet.
    #[must_use]
    pub fn new() -> Self {
        let (mut registry, book) = (Registry::default(), Arc::new(Book::default()));
        registry.register_collector(Box::new(Arc::clone(&book)));
        Self(Arc::new(Shared { registry: Mutex::new(registry), book }))
    }

    /// The same, and tells of this feed; its numbers are read when somebody asks.
    #[must_use]
    pub fn of(feed: &RevocationFeed) -> Self {
        let metrics = Self::new();
        metrics.collect(FeedCollector(feed.clone()));
        metrics
    }

    /// Tells what this collector does, under names that begin with ours.
    pub(crate) fn collect(&self, collector: impl Collector) {
        self.registry().sub_registry_with_prefix(PREFIX).register_collector(Box::new(collector));
    }

    /// Something that is counted, under these labels. It is told from now on, as 0 to begin with; whoever asks for the same again
    /// gets the same.
    #[must_use]
    pub fn count(&self, family: Family, labels: &[Label<'_>]) -> Count {
        let made = self.0.book.find_or_add(family, labels, || Child::Count(Count::default()));
        if let Child::Count(count) = made { count } else { Count::default() }
    }

    /// Something that whoever counts began to count before there were numbers.
    pub(crate) fn counted(&self, family: Family, labels: &[Label<'_>], count: &Count) {
        self.0.book.replace(family, labels, Child::Count(count.clone()));
    }

    /// Something that grows and shrinks.
    #[must_use]
    pub fn level(&self, family: Family, labels: &[Label<'_>]) -> Level {
        let made = self.0.book.find_or_add(family, labels, || Child::Level(Level::default()));
        if let Child::Level(level) = made { level } else { Level::default() }
    }

    /// How long something takes, told in classes with these bounds in seconds.
    #[must_use]
    pub fn durations(&self, family: Family, labels: &[Label<'_>], bounds: &[f64]) -> Durations {
        let made = self.0.book.find_or_add(family, labels, || Child::Durations(Durations::within(bounds)));
        if let Child::Durations(durations) = made { durations } else { Durations::within(bounds) }
    }

    /// Something that is read whenever somebody asks, and left out when there is nothing to tell. It must not wait, and not ask for
    /// numbers itself. The last one to read under these labels counts.
    pub fn reading(
        &self,
        family: Family,
        labels: &[Label<'_>],
        read: impl Fn() -> Option<f64> + Send + Sync + 'static,
    ) {
        self.0.book.replace(family, labels, Child::Reading(Arc::new(read)));
    }

    /// Tells what runs here.
    pub(crate) fn tell_release(&self, release: Release) {
        let labels = [("version", release.version), ("commit", release.commit.unwrap_or("unknown"))];
        self.reading(BUILD, &labels, || Some(1.0));
    }

    /// All numbers as they are now.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry())?;
        Ok(text)
    }

    fn registry(&self) -> std::sync::MutexGuard<'_, Registry> {
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Metrics")
    }
}
