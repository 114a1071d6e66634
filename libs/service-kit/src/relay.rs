//! Delivers what the outbox holds: woken after commits, polling as the truth, bounded, stopped cleanly.

mod attempt;
mod numbers;
mod sweep;
mod traced;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Instrument;

use crate::clock::{Clock, Timestamp};
use crate::database::Database;
use crate::entropy::Entropy;
#[cfg(debug_assertions)]
use crate::fail_points::FailPoints;
use crate::metrics::Metrics;
use crate::outbox::{self, Claimed, Delivery};
use crate::periodic::PeriodicWork;
use crate::stop::Stop;
use crate::traces::Traces;

use self::attempt::{attempt, handing_over, record_late};
use self::numbers::OutboxNumbers;
use self::traced::DeliveryTrace;

const BATCH: u64 = 32;
const CONCURRENT_DELIVERIES: usize = 4;
const POLL_EVERY: Duration = Duration::from_secs(1);
/// When due messages wait for an older transaction to end, which it mostly does at once.
const POLL_WHILE_HELD_BACK: Duration = Duration::from_millis(50);
/// Whoever delivers once waits so long for it. On Postgres any writing transaction of the whole server holds messages back, in
/// whichever database: another test's that makes its database, say, which takes seconds on a loaded machine.
const HELD_BACK_AT_MOST: Duration = Duration::from_secs(60);
/// A delivery that takes longer is taken for lost and may be tried by another relay.
const CLAIM: Duration = Duration::from_secs(60);
const DELIVER_WITHIN: Duration = Duration::from_secs(30);
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// What means little later on is given up after a day, though not before it was tried so often: the day may have passed while nobody
/// delivered, or in a backup. It takes most of an hour.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);
const TRIES_AT_LEAST: i32 = 20;

/// Why a delivery did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// It may succeed later; tried again with growing waits, for as long as the topic says.
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
    topics: Vec<Topic>,
    service: &'static str,
    traces: Traces,
}

struct Topic {
    name: &'static str,
    handler: Handler,
    given_up: Option<Handler>,
    /// Whether its messages mean little after a day.
    is_passing: bool,
    numbers: OutboxNumbers,
}

impl Relay {
    /// A relay over this database, with no topic yet.
    pub const fn new(database: Database, clock: Clock, entropy: Entropy) -> Self {
        Self { database, clock, entropy, topics: Vec::new(), service: "", traces: Traces::none() }
    }

    /// Delivers the topic's messages with this handler, which is tried for as long as it takes: only what it abandons is set aside,
    /// and kept until the operator has it tried again.
    #[must_use]
    pub fn on<F>(mut self, topic: &'static str, handler: impl Fn(Delivery) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), DeliveryError>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |delivery| Box::pin(handler(delivery)));
        self.topics.push(Topic {
            name: topic,
            handler,
            given_up: None,
            is_passing: false,
            numbers: OutboxNumbers::default(),
        });
        self
    }

    /// The same for messages that mean little after a day, such as mails: one that is older and has been tried often enough is
    /// set aside as well, and what was set aside is removed a week later.
    #[must_use]
    pub fn on_for_a_day<F>(self, topic: &'static str, handler: impl Fn(Delivery) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), DeliveryError>> + Send + 'static,
    {
        let mut relay = self.on(topic, handler);
        if let Some(topic) = relay.topics.last_mut() {
            topic.is_passing = true;
        }
        relay
    }

    /// The same, and tells `given_up` of each message that is not tried again, before it is set aside. A message of which it
    /// could not be told is tried once more instead, so it must be idempotent too.
    #[must_use]
    pub fn on_until_given_up<F, G>(
        self,
        topic: &'static str,
        handler: impl Fn(Delivery) -> F + Send + Sync + 'static,
        given_up: impl Fn(Delivery) -> G + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), DeliveryError>> + Send + 'static,
        G: Future<Output = Result<(), DeliveryError>> + Send + 'static,
    {
        let mut relay = self.on_for_a_day(topic, handler);
        if let Some(topic) = relay.topics.last_mut() {
            topic.given_up = Some(Arc::new(move |delivery| Box::pin(given_up(delivery))));
        }
        relay
    }

    /// Counts its deliveries from now on under the service's name, and answers the work of looking what waits.
    pub(crate) fn tell(&mut self, metrics: &Metrics, service: &'static str) -> PeriodicWork {
        for topic in &mut self.topics {
            topic.numbers = OutboxNumbers::of(metrics, service, topic.name);
        }
        let ground = (self.database.clone(), self.clock.clone(), self.entropy.clone());
        OutboxNumbers::look(metrics, service, self.topics.iter().map(|topic| topic.name), ground)
    }

    /// The same relay of this service.
    pub(crate) const fn of(mut self, service: &'static str) -> Self {
        self.service = service;
        self
    }

    /// The same relay, whose deliveries are told of as spans.
    pub(crate) fn traced(mut self, traces: &Traces) -> Self {
        self.traces = traces.clone();
        self
    }

    /// The same relay, whose deliveries pass these fail points under the names of their topics.
    #[cfg(debug_assertions)]
    pub(crate) fn fail_at(mut self, points: &FailPoints) -> Self {
        for topic in &mut self.topics {
            let (points, name, inner) = (points.clone(), topic.name, Arc::clone(&topic.handler));
            topic.handler = Arc::new(move |delivery| Box::pin(points.clone().run(name.to_owned(), inner(delivery))));
        }
        self
    }

    /// Works until `stop`. Those not yet begun are left to others at once; deliveries under way are waited for, half a minute at
    /// most, so that what they did is on record. Whoever cannot wait for so long may drop this: the claims run out.
    pub async fn run(self, stop: impl Into<Stop>) {
        let stop = stop.into();
        let workers = self.topics.iter().map(|topic| {
            let worker = Worker { relay: &self, topic, stop: stop.clone() };
            worker.run()
        });
        futures_util::future::join_all(workers).await;
    }

    /// Delivers what is due now, once, up to 32 messages of each topic; answers how many were tried. For tests
    /// and tools that must not wait for the poll. Messages that an older transaction holds back are waited for,
    /// a minute at most for each topic; when that has passed, they count as not tried.
    pub async fn run_once(&self) -> usize {
        self.run_once_within(HELD_BACK_AT_MOST).await
    }

    /// The same, but waits no longer than this for each topic's messages that are held back.
    pub async fn run_once_within(&self, patience: Duration) -> usize {
        let mut tried = 0;
        for topic in &self.topics {
            let worker = Worker { relay: self, topic, stop: Stop::new() };
            let until = Instant::now() + patience;
            tried += loop {
                match worker.deliver_due().await {
                    Round::Tried(tried) => break tried,
                    Round::HeldBack if Instant::now() > until => break 0,
                    Round::HeldBack => tokio::time::sleep(POLL_WHILE_HELD_BACK).await,
                }
            };
        }
        tried
    }
}

struct Worker<'relay> {
    relay: &'relay Relay,
    topic: &'relay Topic,
    stop: Stop,
}

/// What one look at the outbox led to.
enum Round {
    /// So many messages were tried.
    Tried(usize),
    /// Messages are due but may not be delivered yet.
    HeldBack,
}

impl Worker<'_> {
    async fn run(self) {
        let mut growth = self.relay.database.outbox_growth();
        loop {
            // Marked as seen before looking: a commit in between is not missed.
            growth.mark_unchanged();
            let round = self.deliver_due().await;
            if self.stop.ending().is_cancelled() {
                return;
            }
            let pause = match round {
                Round::Tried(0) => POLL_EVERY,
                Round::Tried(_) => continue,
                Round::HeldBack => POLL_WHILE_HELD_BACK,
            };
            tokio::select! {
                () = self.stop.ending().cancelled() => return,
                _ = growth.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn deliver_due(&self) -> Round {
        let now = self.relay.clock.now();
        let claimed_until = now.plus(CLAIM);
        match outbox::claim(&self.relay.database, self.topic.name, BATCH, now, claimed_until).await {
            Ok(Claimed::HeldBack) => Round::HeldBack,
            Ok(Claimed::Messages(deliveries)) => {
                let tried = deliveries.len();
                // Places are given in the order of asking. All ask at once, so that a stop reaches those that still wait.
                let places = Semaphore::new(CONCURRENT_DELIVERIES);
                stream::iter(deliveries)
                    .for_each_concurrent(None, |delivery| self.deliver(delivery, claimed_until, &places))
                    .await;
                Round::Tried(tried)
            }
            Err(error) => {
                tracing::warn!(topic = self.topic.name, %error, "the outbox cannot be read");
                Round::Tried(0)
            }
        }
    }

    async fn deliver(&self, delivery: Delivery, claimed_until: Timestamp, places: &Semaphore) {
        let place = tokio::select! {
            biased;
            () = self.stop.ending().cancelled() => None,
            place = places.acquire() => place.ok(),
        };
        let now = self.relay.clock.now();
        let recorded = if place.is_none() || now.plus(DELIVER_WITHIN) > claimed_until {
            // The rest of a slow batch: with too little of the claim left, another relay would begin it too.
            outbox::failed(&self.relay.database, &delivery, Ok(now)).await
        } else {
            let trace = DeliveryTrace::begin(self.relay, self.topic.name, &delivery);
            let log = trace.log();
            self.try_once(&delivery, trace).instrument(log).await
        };
        if let Err(error) = recorded {
            // The claim runs out and the message is delivered again, which handlers allow for.
            tracing::warn!(topic = self.topic.name, %error, "a delivery could not be recorded");
        }
    }

    async fn try_once(&self, delivery: &Delivery, trace: DeliveryTrace) -> Result<(), sea_orm::DbErr> {
        let late = (self.relay.database.clone(), self.topic.name, delivery.clone());
        let delivering = trace.around(handing_over(&self.topic.handler, delivery));
        match attempt(delivering, DELIVER_WITHIN, |outcome| record_late(late, outcome)).await {
            Ok(()) => {
                self.topic.numbers.delivered.up();
                outbox::delivered(&self.relay.database, delivery).await
            }
            Err(error) => self.put_off(delivery, error).await,
        }
    }

    async fn put_off(&self, delivery: &Delivery, error: DeliveryError) -> Result<(), sea_orm::DbErr> {
        let (topic, key, attempts) = (self.topic.name, &delivery.key, delivery.attempts);
        let now = self.relay.clock.now();
        let was_tried_enough = attempts + 1 >= TRIES_AT_LEAST;
        let is_too_old = self.topic.is_passing && was_tried_enough && now > delivery.created.plus(GIVE_UP_AFTER);
        let again = now.plus(self.wait_after(attempts));
        let next = match &error {
            DeliveryError::Retry(_) if !is_too_old => {
                tracing::warn!(topic, key, attempts, %error, "a delivery failed");
                Ok(again)
            }
            _ => match self.tell_of_giving_up(delivery).await {
                Ok(()) => {
                    tracing::error!(topic, key, attempts, %error, "a delivery was set aside");
                    Err(now)
                }
                Err(unheard) => {
                    tracing::warn!(topic, key, attempts, %error, %unheard, "a delivery could not be set aside");
                    Ok(again)
                }
            },
        };
        let numbers = &self.topic.numbers;
        if next.is_ok() {
            numbers.put_off.up()
        } else {
            numbers.set_aside.up()
        }
        outbox::failed(&self.relay.database, delivery, next).await
    }

    async fn tell_of_giving_up(&self, delivery: &Delivery) -> Result<(), DeliveryError> {
        match &self.topic.given_up {
            Some(given_up) => {
                attempt(handing_over(given_up, delivery), DELIVER_WITHIN, |_| std::future::ready(())).await
            }
            None => Ok(()),
        }
    }

    /// Doubles from a second to five minutes, and up to half as much again at random.
    fn wait_after(&self, attempts: i32) -> Duration {
        let doublings = u32::try_from(attempts).unwrap_or(0).min(16);
        let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
        let jitter = self.relay.entropy.below(u64::try_from(wait.as_millis() / 2).unwrap_or(0));
        wait + Duration::from_millis(jitter)
    }
}
