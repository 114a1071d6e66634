//! Work that a service does by itself from time to time, such as removing what nobody needs any more.

use std::fmt::Display;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::entropy::Entropy;
use crate::metrics::Count;
use crate::traces::{Kind, TraceScope, Traces};

type Working = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// One kind of work and how often it is done. Every replica does it, so it must be harmless beside itself,
/// and one round must be bounded: a stop waits for it.
pub struct PeriodicWork {
    name: &'static str,
    every: Duration,
    entropy: Entropy,
    work: Box<dyn Fn() -> Working + Send + Sync>,
    failures: Count,
    service: &'static str,
    traces: Traces,
}

impl PeriodicWork {
    /// Work of this name, for the log. It is first done after a random part of `every`, so that replicas which
    /// start together do not work together.
    pub fn new<F, E>(
        name: &'static str,
        every: Duration,
        entropy: Entropy,
        work: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let work = move || -> Working {
            let working = work();
            Box::pin(async move { working.await.map_err(|error| error.to_string()) })
        };
        let (work, failures) = (Box::new(work), Count::default());
        Self { name, every, entropy, work, failures, service: "", traces: Traces::none() }
    }

    /// Does the work once, for tests and tools that must not wait; in a trace of its own, which calls that it makes belong to. What
    /// goes wrong is logged and left to the next round.
    pub async fn run_once(&self) {
        let (trace, span) =
            TraceScope::begin(None, self.service, &self.traces, Kind::Internal, || self.name.to_owned());
        let log = tracing::error_span!(
            parent: None,
            "periodic",
            service = self.service,
            trace_id = %trace.context().trace_id(),
            span_id = %trace.context().span_id(),
        );
        let working = async {
            let outcome = AssertUnwindSafe(trace.run((self.work)())).catch_unwind().await;
            match &outcome {
                Ok(Ok(())) => return span.finish(None),
                Ok(Err(error)) => tracing::warn!(work = self.name, error, "periodic work failed"),
                Err(_) => tracing::error!(work = self.name, "periodic work panicked"),
            }
            // What went wrong may name people; the log has it.
            span.finish(Some("failed"));
            self.failures.up();
        };
        working.instrument(log).await;
    }

    /// Tells from now on of each round as a span of this service.
    pub(crate) fn traced(&mut self, service: &'static str, traces: &Traces) {
        (self.service, self.traces) = (service, traces.clone());
    }

    /// Counts from now on what goes wrong.
    pub(crate) fn count_failures(&mut self, failures: impl FnOnce(&'static str) -> Count) {
        self.failures = failures(self.name);
    }

    /// Works until `stop`; a round under way is finished first.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let millis = u64::try_from(self.every.as_millis()).unwrap_or(u64::MAX);
        let mut pause = Duration::from_millis(self.entropy.below(millis));
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            self.run_once().await;
            pause = self.every;
        }
    }
}
