//! Traces: which call led to which, across HTTP, gRPC and the outbox (W3C Trace Context), told to a collector where one is named
//! (OTLP over gRPC). Without one, ids travel and stand in log lines all the same, and nothing else is done.

mod collector;
mod context;
mod export;
mod messages;
mod pairs;
mod sampler;
mod scope;
mod settings;
mod span;

use std::sync::Arc;
use std::time::Duration;

pub use self::context::{TRACEPARENT, TraceContext};
use self::export::Exporter;
pub use self::sampler::Sampler;
pub use self::scope::TraceScope;
pub use self::settings::{STANDARD_VARIABLES, TraceSettings};
pub(crate) use self::span::is_fault;
pub use self::span::{Kind, Span};

/// Where spans go: to a collector, or nowhere. Cheap to clone.
#[derive(Clone, Default)]
pub struct Traces(Option<Arc<Exporter>>);

impl Traces {
    /// Tells nobody, and costs nothing.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Sends spans to the collector that the settings name, from a task of the current runtime. `version` is what each span says of
    /// the program. Whoever makes spans never waits for the collector: what does not fit into the queue is dropped and counted.
    pub fn start(settings: TraceSettings, version: &'static str) -> Self {
        Self(Some(Arc::new(Exporter::start(settings, version))))
    }

    /// How many spans were dropped, because the collector was away or too slow.
    pub fn dropped(&self) -> u64 {
        self.0.as_ref().map_or(0, |exporter| exporter.dropped())
    }

    /// Sends what is left, and gives up after this time.
    pub async fn flush(&self, within: Duration) {
        if let Some(exporter) = &self.0 {
            exporter.flush(within).await;
        }
    }

    /// Whether a trace with this id is told, if `parent` came before.
    fn samples(&self, parent: Option<&TraceContext>, trace_id: [u8; 16]) -> bool {
        match &self.0 {
            Some(exporter) => exporter.sampler.samples(parent, trace_id),
            // Others may tell of it.
            None => parent.is_some_and(|parent| parent.is_sampled),
        }
    }

    const fn is_on(&self) -> bool {
        self.0.is_some()
    }
}
