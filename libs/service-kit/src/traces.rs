//! Traces: which call led to which, across HTTP, gRPC and the outbox (W3C Trace Context), told to a collector where one is named
//! (OTLP over gRPC). Without one, ids travel and stand in log lines all the same, and nothing else is done.

mod collector;
mod context;
mod export;
mod pairs;
mod scope;
mod settings;
mod span;

use std::sync::Arc;
use std::time::Duration;

pub use self::context::{TRACEPARENT, TRACESTATE, TraceContext};
use self::export::Export;
pub use self::scope::TraceScope;
pub use self::settings::{STANDARD_VARIABLES, TraceSettings};
pub(crate) use self::span::is_fault;
pub use self::span::{Kind, Span};
use crate::metrics::{Count, Family, Metrics};

const DROPPED: Family =
    Family { name: "guildhall_spans_dropped", help: "Spans that are lost: the collector was away or too slow" };

/// Where spans go: to a collector, or nowhere. Cheap to clone.
#[derive(Clone, Default)]
pub struct Traces(Option<Arc<Export>>);

impl Traces {
    /// Tells nobody, and costs nothing.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Sends spans to the collector that the settings name, over connections of the current runtime. `version` is what each span says of
    /// the program. Whoever makes spans never waits for the collector: what does not fit into the queue is dropped and counted.
    pub fn start(settings: TraceSettings, version: &'static str) -> Self {
        Self(Some(Arc::new(Export::start(settings, version))))
    }

    /// How many spans were dropped, because the collector was away or too slow.
    pub fn dropped(&self) -> u64 {
        self.0.as_ref().map_or(0, |export| export.dropped().so_far())
    }

    /// Tells that number from now on; 0 where there is no collector.
    pub fn tell(&self, metrics: &Metrics) {
        match &self.0 {
            Some(export) => metrics.counted(DROPPED, &[], export.dropped()),
            None => metrics.counted(DROPPED, &[], &Count::default()),
        }
    }

    /// Sends what is left, and gives up after this time. Spans that end later are not told.
    pub async fn end(&self, within: Duration) {
        if let Some(export) = &self.0 {
            export.end(within).await;
        }
    }

    fn begin(
        &self,
        parent: Option<&TraceContext>,
        service: &'static str,
        kind: Kind,
        name: impl FnOnce() -> String,
    ) -> Span {
        let begun = self.0.as_ref().map(|export| export.begin(parent, service, kind, name()));
        begun.map_or_else(Span::untold, Span::under_way)
    }

    const fn is_on(&self) -> bool {
        self.0.is_some()
    }
}
