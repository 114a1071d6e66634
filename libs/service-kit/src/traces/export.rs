//! Spans on their way to the collector: a bounded queue that nobody waits for, and one thread that sends what is in it. Both are
//! the SDK's; what it does not tell, how many spans are lost, is counted around it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::trace::{SpanBuilder, SpanKind, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, Span, SpanData, SpanExporter, SpanLimits, SpanProcessor,
};
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::collector::Collector;
use super::context::TraceContext;
use super::settings::TraceSettings;
use crate::metrics::Count;

/// Spans that wait at once.
const QUEUE: usize = 2048;
/// Spans that are sent at once.
const BATCH: usize = 512;
/// How long a span waits for others to be sent with.
const COLLECT_FOR: Duration = Duration::from_secs(1);
/// A collector that is away is told of in the log as often as this.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// Makes spans, and has them sent.
pub(super) struct Export {
    provider: SdkTracerProvider,
    tally: Arc<Tally>,
    version: &'static str,
}

/// What became of spans that have ended.
#[derive(Debug, Default)]
struct Tally {
    /// In the queue.
    waiting: AtomicUsize,
    dropped: Count,
}

impl Export {
    /// Every setting is named: what is left to the SDK, it reads from the environment.
    pub(super) fn start(settings: TraceSettings, version: &'static str) -> Self {
        let tally = Arc::<Tally>::default();
        let sampler = settings.sampler.clone();
        let sending = Sending {
            collector: Arc::new(Collector::new(settings, version)),
            runtime: Handle::current(),
            tally: Arc::clone(&tally),
            told: Mutex::default(),
        };
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(QUEUE)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(COLLECT_FOR)
            .build();
        let queue = BatchSpanProcessor::builder(sending).with_batch_config(batches).build();
        let provider = SdkTracerProvider::builder()
            .with_sampler(sampler)
            .with_span_limits(SpanLimits::default())
            .with_resource(Resource::builder_empty().build())
            .with_span_processor(Queue { queue, tally: Arc::clone(&tally) })
            .build();
        Self { provider, tally, version }
    }

    pub(super) fn begin(
        &self,
        parent: Option<&TraceContext>,
        service: &'static str,
        kind: SpanKind,
        name: String,
    ) -> Span {
        let scope = InstrumentationScope::builder(service).with_version(self.version).build();
        let mut before = Context::new();
        if let Some(TraceContext(parent)) = parent {
            before = before.with_remote_span_context(parent.clone());
        }
        let span = SpanBuilder::from_name(name).with_kind(kind);
        self.provider.tracer_with_scope(scope).build_with_context(span, &before)
    }

    pub(super) fn dropped(&self) -> &Count {
        &self.tally.dropped
    }

    pub(super) async fn end(&self, within: Duration) {
        let provider = self.provider.clone();
        // The SDK waits on the thread that calls it.
        let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(within)).await;
        if !matches!(ended, Ok(Ok(()) | Err(OTelSdkError::AlreadyShutdown))) {
            tracing::warn!("the last traces were not taken in time and are lost");
        }
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        // The SDK's own would wait for the collector on a thread of the runtime; who wants to wait calls `end`.
        let _ = self.provider.shutdown_with_timeout(Duration::ZERO);
    }
}

/// The SDK's queue, which keeps to itself how often it was full.
#[derive(Debug)]
struct Queue {
    queue: BatchSpanProcessor,
    tally: Arc<Tally>,
}

impl SpanProcessor for Queue {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.queue.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        // Counted before it is in there, so that the queue itself never finds that it is full.
        if self.tally.waiting.fetch_add(1, Ordering::Relaxed) < QUEUE {
            self.queue.on_end(span);
        } else {
            self.tally.waiting.fetch_sub(1, Ordering::Relaxed);
            self.tally.dropped.up();
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.queue.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.queue.shutdown_with_timeout(timeout)
    }
}

/// Sends batches, and tells of those that the collector does not take.
#[derive(Debug)]
struct Sending {
    collector: Arc<Collector>,
    /// The SDK's thread has no clock for those that wait; on it one service would wait for the pauses of another.
    runtime: Handle,
    tally: Arc<Tally>,
    /// How many drops were told of, and when last.
    told: Mutex<(u64, Option<Instant>)>,
}

impl SpanExporter for Sending {
    /// What the collector does not take is dropped: traces are worth no memory that grows.
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.tally.waiting.fetch_sub(batch.len(), Ordering::Relaxed);
        let mut by_service = BTreeMap::<String, Vec<SpanData>>::new();
        for span in batch {
            by_service.entry(span.instrumentation_scope.name().to_owned()).or_default().push(span);
        }
        let mut under_way = Vec::new();
        for (service, spans) in by_service {
            let (count, collector) = (spans.len() as u64, Arc::clone(&self.collector));
            under_way.push((count, self.runtime.spawn(async move { collector.send(&service, spans).await })));
        }
        let mut problem = None;
        for (count, sending) in under_way {
            let sent = sending.await.unwrap_or_else(|error| Err(OTelSdkError::InternalFailure(error.to_string())));
            if let Err(error) = sent {
                self.tally.dropped.add(count);
                problem = Some(error);
            }
        }
        self.tell_of_drops(problem);
        Ok(())
    }
}

impl Sending {
    fn tell_of_drops(&self, problem: Option<OTelSdkError>) {
        let dropped = self.tally.dropped.so_far();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, when) = *told;
        if dropped == before || when.is_some_and(|when| when.elapsed() < TELL_EVERY) {
            return;
        }
        *told = (dropped, Some(Instant::now()));
        drop(told);
        let problem = problem.map(|problem| problem.to_string());
        tracing::warn!(dropped = dropped - before, error = problem, "the collector does not take all traces");
    }
}
