//! Delivers what the outbox holds: woken after commits, polling as the truth, bounded, stopped cleanly.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::database::Database;
use crate::entropy::Entropy;
use crate::outbox::{self, Delivery};

const BATCH: u64 = 32;
const CONCURRENT_DELIVERIES: usize = 4;
const POLL_EVERY: Duration = Duration::from_secs(1);
/// A delivery that takes longer is taken for lost and may be tried by another relay.
const CLAIM: Duration = Duration::from_secs(60);
const DELIVER_WITHIN: Duration = Duration::from_secs(30);
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);

/// Why a delivery did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// It may succeed later; tried again with growing waits for 24 hours.
    #[error("will be tried again: {0}")]
    Retry(String),
    /// It never will; kept aside for the operator.
    #[error("given up: {0}")]
    Abandon(String),
}

type Delivering = Pin<Box<dyn Future<Output = Result<(), DeliveryError>> + Send>>;
type Handler = Arc<dyn Fn(Delivery) -> Delivering + Send + Sync>;

/// A service's relay: one worker per topic. Messages of a topic are started in the order of their
/// commits; one that fails is retried later and holds up no other, so handlers must be idempotent and
/// must not rely on order alone.
pub struct Relay {
    database: Database,
    clock: Clock,
    entropy: Entropy,
    handlers: Vec<(&'static str, Handler)>,
}

impl Relay {
    /// A relay over this database, with no topic yet.
    pub const fn new(database: Database, clock: Clock, entropy: Entropy) -> Self {
        Self { database, clock, entropy, handlers: Vec::new() }
    }

    /// Delivers the topic's messages with this handler.
    #[must_use]
    pub fn on<F>(mut self, topic: &'static str, handler: impl Fn(Delivery) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), DeliveryError>> + Send + 'static,
    {
        self.handlers.push((topic, Arc::new(move |delivery| Box::pin(handler(delivery)))));
        self
    }

    /// Works until `stop`; deliveries under way are finished first.
    pub async fn run(self, stop: CancellationToken) {
        let workers = self.handlers.iter().map(|(topic, handler)| {
            let worker = Worker { relay: &self, topic, handler };
            worker.run(stop.clone())
        });
        futures_util::future::join_all(workers).await;
    }

    /// Delivers everything that is due now, once; answers how many messages were tried. For tests and
    /// tools that must not wait for the poll.
    pub async fn run_once(&self) -> usize {
        let mut tried = 0;
        for (topic, handler) in &self.handlers {
            tried += Worker { relay: self, topic, handler }.deliver_due().await;
        }
        tried
    }
}

struct Worker<'relay> {
    relay: &'relay Relay,
    topic: &'static str,
    handler: &'relay Handler,
}

impl Worker<'_> {
    async fn run(self, stop: CancellationToken) {
        let mut growth = self.relay.database.outbox_growth();
        loop {
            // Marked as seen before looking: a commit in between is not missed.
            growth.mark_unchanged();
            let tried = self.deliver_due().await;
            if stop.is_cancelled() {
                return;
            }
            if tried > 0 {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = growth.changed() => {}
                () = tokio::time::sleep(POLL_EVERY) => {}
            }
        }
    }

    async fn deliver_due(&self) -> usize {
        let now = self.relay.clock.now();
        match outbox::claim(&self.relay.database, self.topic, BATCH, now, now.plus(CLAIM)).await {
            Ok(deliveries) => {
                let tried = deliveries.len();
                stream::iter(deliveries)
                    .for_each_concurrent(CONCURRENT_DELIVERIES, |delivery| self.deliver(delivery))
                    .await;
                tried
            }
            Err(error) => {
                tracing::warn!(topic = self.topic, %error, "the outbox cannot be read");
                0
            }
        }
    }

    async fn deliver(&self, delivery: Delivery) {
        let outcome = tokio::time::timeout(DELIVER_WITHIN, (self.handler)(delivery.clone())).await;
        let recorded = match outcome {
            Ok(Ok(())) => outbox::delivered(&self.relay.database, &delivery).await,
            Ok(Err(error)) => self.put_off(&delivery, error).await,
            Err(_) => self.put_off(&delivery, DeliveryError::Retry("no answer in time".to_owned())).await,
        };
        if let Err(error) = recorded {
            // The claim runs out and the message is delivered again, which handlers allow for.
            tracing::warn!(topic = self.topic, %error, "a delivery could not be recorded");
        }
    }

    async fn put_off(&self, delivery: &Delivery, error: DeliveryError) -> Result<(), sea_orm::DbErr> {
        let now = self.relay.clock.now();
        let is_too_old = now > delivery.created.plus(GIVE_UP_AFTER);
        let next = match &error {
            DeliveryError::Retry(_) if !is_too_old => Ok(now.plus(self.wait_after(delivery.attempts))),
            _ => Err(now),
        };
        if next.is_ok() {
            tracing::warn!(topic = self.topic, key = delivery.key, attempts = delivery.attempts, %error, "a delivery failed");
        } else {
            tracing::error!(topic = self.topic, key = delivery.key, attempts = delivery.attempts, %error, "a delivery was set aside");
        }
        outbox::failed(&self.relay.database, delivery, next).await
    }

    /// Doubles from a second to five minutes, and up to half as much again at random.
    fn wait_after(&self, attempts: i32) -> Duration {
        let doublings = u32::try_from(attempts).unwrap_or(0).min(16);
        let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
        let jitter = self.relay.entropy.below(u64::try_from(wait.as_millis() / 2).unwrap_or(0));
        wait + Duration::from_millis(jitter)
    }
}
