//! Spans on their way to the collector: a bounded queue that nobody waits for, and one task that sends what is in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::collector::Collector;
use super::sampler::Sampler;
use super::settings::TraceSettings;
use super::span::Finished;

/// Spans that wait at once.
const QUEUE: usize = 2048;
/// Spans that are sent at once.
const BATCH: usize = 512;
/// How long a span waits for others to be sent with.
const COLLECT_FOR: Duration = Duration::from_secs(1);
/// A collector that is away is told of in the log as often as this.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// What hands spans to the task that sends them.
pub(super) struct Exporter {
    pub(super) sampler: Sampler,
    queue: mpsc::Sender<Finished>,
    flushes: mpsc::Sender<oneshot::Sender<()>>,
    dropped: Arc<AtomicU64>,
}

struct Sending {
    queue: mpsc::Receiver<Finished>,
    flushes: mpsc::Receiver<oneshot::Sender<()>>,
    collector: Collector,
    dropped: Arc<AtomicU64>,
    /// How many drops were told of, and when last.
    told: (u64, Option<Instant>),
}

impl Exporter {
    pub(super) fn start(settings: TraceSettings, version: &'static str) -> Self {
        let (queue, receiver) = mpsc::channel(QUEUE);
        let (flushes, asked) = mpsc::channel(1);
        let (sampler, dropped) = (settings.sampler, Arc::<AtomicU64>::default());
        let sending = Sending {
            queue: receiver,
            flushes: asked,
            collector: Collector::new(settings, version),
            dropped: Arc::clone(&dropped),
            told: (0, None),
        };
        tokio::spawn(sending.run());
        Self { sampler, queue, flushes, dropped }
    }

    pub(super) fn take(&self, span: Finished) {
        if self.queue.try_send(span).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(super) async fn flush(&self, within: Duration) {
        let (done, is_done) = oneshot::channel();
        let flushing = async {
            if self.flushes.send(done).await.is_ok() {
                // It is dropped unanswered only when the task is gone, and all it had with it.
                let _ = is_done.await;
            }
        };
        if tokio::time::timeout(within, flushing).await.is_err() {
            tracing::warn!("the last traces were not taken in time and are lost");
        }
    }
}

impl Sending {
    async fn run(mut self) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                received = self.queue.recv_many(&mut batch, BATCH) => {
                    if received == 0 {
                        return;
                    }
                }
                asked = self.flushes.recv() => match asked {
                    Some(done) => {
                        self.send_everything(&mut batch).await;
                        // Whoever asked may have given up.
                        let _ = done.send(());
                        continue;
                    }
                    None => return,
                },
            }
            let asked = self.wait_for_others(&mut batch).await;
            self.send(&mut batch).await;
            if let Some(done) = asked {
                self.send_everything(&mut batch).await;
                let _ = done.send(());
            }
        }
    }

    /// Until there are enough, or the first has waited for long enough, or somebody asks for all to be sent.
    async fn wait_for_others(&mut self, batch: &mut Vec<Finished>) -> Option<oneshot::Sender<()>> {
        let until = Instant::now() + COLLECT_FOR;
        while batch.len() < BATCH {
            let room = BATCH - batch.len();
            tokio::select! {
                () = tokio::time::sleep_until(until) => return None,
                asked = self.flushes.recv() => return asked,
                received = self.queue.recv_many(batch, room) => if received == 0 { return None },
            }
        }
        None
    }

    async fn send_everything(&mut self, batch: &mut Vec<Finished>) {
        loop {
            while batch.len() < BATCH {
                match self.queue.try_recv() {
                    Ok(span) => batch.push(span),
                    Err(_) => break,
                }
            }
            if batch.is_empty() {
                return;
            }
            self.send(batch).await;
        }
    }

    /// What the collector does not take is dropped: traces are worth no memory that grows.
    async fn send(&mut self, batch: &mut Vec<Finished>) {
        let outcome = self.collector.send(batch).await;
        batch.clear();
        let problem = match outcome {
            Ok(taken) if taken.rejected == 0 => None,
            Ok(taken) => {
                self.dropped.fetch_add(taken.rejected, Ordering::Relaxed);
                Some(taken.why)
            }
            Err(failed) => {
                self.dropped.fetch_add(failed.spans, Ordering::Relaxed);
                Some(failed.why)
            }
        };
        self.tell_of_drops(problem.as_deref());
    }

    fn tell_of_drops(&mut self, problem: Option<&str>) {
        let dropped = self.dropped.load(Ordering::Relaxed);
        let (told, when) = self.told;
        if dropped == told || when.is_some_and(|when| when.elapsed() < TELL_EVERY) {
            return;
        }
        self.told = (dropped, Some(Instant::now()));
        tracing::warn!(dropped = dropped - told, error = problem, "the collector does not take all traces");
    }
}
