//! A feed applied: what comes in is judged, kept and told to verifiers.

mod stage;

use std::fmt;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[cfg(feature = "feed")]
use super::epochs::Standing;
use super::event::{OwningService, Position, Positions};
use super::marks::Marks;
use super::message::FeedMessage;
use super::status::{FeedState, FeedStatus, ResumePoint};
use super::table::{Table, Verdict};
use crate::clock::{self, Elapsed};
use crate::{Caller, Claims, KeyStore, VerifyError};
use stage::Writer;

const DEFAULT_CAPACITY: usize = 100_000;
/// How long a change is kept beyond a token's lifetime: twice the leeway of a verifier, and what a message may be under way.
const SLACK_SECONDS: u32 = 120;
/// How old a token may be of which nothing is known for sure.
const BELIEVED_BLINDLY_SECONDS: i64 = 60;

/// The changes that a verifier knows of. Clones share them: one is given to
/// [`Freshness::Feed`](crate::Freshness::Feed), another to whatever hears the messages and calls [`apply`](Self::apply).
///
/// One feed serves any number of verifiers. Its memory is taken at once and never grows.
#[derive(Clone)]
pub struct RevocationFeed {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    table: Table,
    keys: Option<KeyStore>,
    elapsed: Elapsed,
    /// One at a time applies messages; readers never come here.
    writer: Mutex<Writer>,
    positions: [AtomicI64; 3],
    /// Up to when everything is known, in milliseconds of `elapsed` and one added; 0 for nothing yet.
    known_until_ms: AtomicU64,
    token_lifetime_seconds: AtomicU32,
    /// From when on a whole lifetime is covered, in seconds of `elapsed`.
    covered_from: AtomicU32,
    resubscriptions: AtomicU64,
    key_sets_refused: AtomicU64,
    #[cfg(feature = "feed")]
    advanced: tokio::sync::Notify,
}

/// The settings of a [`RevocationFeed`]; each has a default.
#[derive(Default)]
#[must_use]
pub struct FeedBuilder {
    capacity: Option<usize>,
    keys: Option<KeyStore>,
    elapsed: Option<Elapsed>,
}

impl FeedBuilder {
    /// For how many changes there is room, each of a session, user, membership, organization or an organization's roles: 100,000
    /// unless said otherwise. Costs 51 bytes each. It should be above the number of changes in a token's lifetime; what finds no
    /// room makes all older tokens stale.
    pub fn capacity(mut self, changes: usize) -> Self {
        self.capacity = Some(changes);
        self
    }

    /// Where to put the keys that come with the feed; without it, they are left to whoever fetches them.
    pub fn keys(mut self, keys: KeyStore) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Answers how much time has passed since a moment of its choice, and never goes back; without it, the system's clock does.
    pub fn clock(mut self, elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        self.elapsed = Some(Arc::new(elapsed));
        self
    }

    /// The feed, which knows nothing yet: tokens older than a minute are refused until it does.
    #[must_use]
    pub fn build(self) -> RevocationFeed {
        let shared = Shared {
            table: Table::with_capacity(self.capacity.unwrap_or(DEFAULT_CAPACITY)),
            keys: self.keys,
            elapsed: self.elapsed.unwrap_or_else(clock::elapsed),
            writer: Mutex::default(),
            positions: Default::default(),
            known_until_ms: AtomicU64::new(0),
            token_lifetime_seconds: AtomicU32::new(Claims::MAXIMUM_LIFETIME_SECONDS as u32),
            covered_from: AtomicU32::new(0),
            resubscriptions: AtomicU64::new(0),
            key_sets_refused: AtomicU64::new(0),
            #[cfg(feature = "feed")]
            advanced: tokio::sync::Notify::new(),
        };
        RevocationFeed { shared: Arc::new(shared) }
    }
}

/// What was heard doesn't fit what is known: subscribe again and apply the snapshot that comes. What is known stays in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Resubscribe {
    /// A message came before the snapshot was whole.
    #[error("The snapshot isn't complete; subscribe again and begin with it.")]
    NoSnapshot,
    /// A part of the snapshot is missing or contradicts those before.
    #[error("A part of the snapshot is missing; subscribe again.")]
    BrokenSnapshot,
    /// A message is missing.
    #[error("Changes are missing; subscribe again.")]
    Gap,
    /// The positions count in another epoch now, or the sender is still in one that went.
    #[error("Another epoch has begun; subscribe again.")]
    Epoch,
}

/// The epoch of a token, as a feed sees it.
#[cfg(feature = "feed")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenEpoch {
    Present,
    /// One that has gone.
    Former,
    /// One that has begun and was not heard of yet, or one that went long ago.
    Unknown,
}

impl RevocationFeed {
    /// A feed with the usual settings.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Starts the settings of a feed.
    pub fn builder() -> FeedBuilder {
        FeedBuilder::default()
    }

    /// Takes in one message. Messages of one subscription have to come in the order in which they were sent.
    ///
    /// A message may be applied twice. Changes in a message that is refused are not lost by it: the snapshot brings them.
    ///
    /// # Errors
    /// [`Resubscribe`] when it doesn't fit what is known; messages but those of a new snapshot are refused from then on.
    pub fn apply(&self, message: FeedMessage) -> Result<(), Resubscribe> {
        let outcome = self.writer().apply(&self.shared, message);
        if outcome.is_err() {
            self.shared.resubscriptions.fetch_add(1, Relaxed);
        }
        #[cfg(feature = "feed")]
        self.shared.advanced.notify_waiters();
        outcome
    }

    /// To be called right before a subscription is asked for: what heartbeats say of its age is measured from here, so that messages
    /// that are held up on their way don't pass for fresh. [`follow`](crate::follow) does so by itself; without it, messages count as
    /// heard when they were sent.
    pub fn subscribing(&self) {
        self.writer().subscribing(&self.shared);
    }

    /// How long the last heartbeat of this subscription was on its way at most.
    #[cfg(feature = "feed")]
    pub(crate) fn transit(&self) -> Option<Duration> {
        self.writer().transit()
    }

    /// From where a new subscription can go on; `None` before the first snapshot.
    #[must_use]
    pub fn resume_point(&self) -> Option<ResumePoint> {
        let epoch = self.writer().epoch()?.to_owned();
        Some(ResumePoint { epoch, positions: self.positions() })
    }

    /// Up to where each service is known.
    #[must_use]
    pub fn positions(&self) -> Positions {
        let [i, o, b] = OwningService::ALL.map(|service| self.shared.position(service));
        Positions { i, o, b }
    }

    /// Whether this change, and all before it, are known.
    #[must_use]
    pub fn has_reached(&self, position: Position) -> bool {
        self.shared.position(position.service) >= position.number
    }

    /// What the knowledge is worth now.
    #[must_use]
    pub fn state(&self) -> FeedState {
        FeedState::of_lag(self.shared.lag())
    }

    /// The numbers for metrics.
    #[must_use]
    pub fn status(&self) -> FeedStatus {
        let Shared { table, resubscriptions, key_sets_refused, .. } = &*self.shared;
        let lag = self.shared.lag();
        FeedStatus {
            state: FeedState::of_lag(lag),
            lag,
            positions: self.positions(),
            entries: table.entries(),
            capacity: table.capacity(),
            bytes: table.bytes(),
            overflows: table.overflows(),
            resubscriptions: resubscriptions.load(Relaxed),
            key_sets_refused: key_sets_refused.load(Relaxed),
        }
    }

    pub(crate) fn marks(&self, caller: &Caller) -> Marks {
        self.shared.table.marks(caller)
    }

    /// Whether a token that is right in itself may still be believed.
    pub(crate) fn check(&self, marks: &Marks, issued_at: i64, now: i64) -> Result<(), VerifyError> {
        let shared = &*self.shared;
        let judgement = shared.table.judge(marks);
        match judgement.verdict {
            Verdict::Revoked => return Err(VerifyError::Revoked),
            Verdict::Stale => return Err(VerifyError::Stale),
            Verdict::NothingKnown => {}
        }
        let age = now.saturating_sub(issued_at);
        let is_sure = judgement.is_of_present_epoch && self.state() != FeedState::Blind;
        let oldest = if is_sure { shared.oldest_covered() } else { BELIEVED_BLINDLY_SECONDS };
        if age > oldest { Err(VerifyError::Stale) } else { Ok(()) }
    }

    /// Whether the caller may do more than the token says.
    pub(crate) fn has_widened(&self, caller: &Caller) -> bool {
        self.shared.table.has_widened(caller)
    }

    /// Where the epoch stands that a token's numbers count in.
    #[cfg(feature = "feed")]
    pub(crate) fn epoch_of(&self, caller: &Caller) -> TokenEpoch {
        let table = &self.shared.table;
        match table.epochs.standing(table.epoch_mark(&caller.asof.e)) {
            Standing::Present(_) => TokenEpoch::Present,
            Standing::Earlier(_) => TokenEpoch::Former,
            Standing::Unknown => TokenEpoch::Unknown,
        }
    }

    /// Waits until the table has taken in one more message.
    #[cfg(feature = "feed")]
    pub(crate) fn advanced(&self) -> tokio::sync::futures::Notified<'_> {
        self.shared.advanced.notified()
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.shared.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn position(&self, service: OwningService) -> i64 {
        self.positions[service.index()].load(Acquire)
    }

    /// Readers that see the new positions see the entries of their changes.
    fn set_positions(&self, positions: &Positions) {
        for service in OwningService::ALL {
            self.positions[service.index()].store(positions.of(service), Release);
        }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from((self.elapsed)().as_millis()).unwrap_or(u64::MAX)
    }

    fn elapsed_seconds(&self) -> u32 {
        u32::try_from(self.elapsed_ms() / 1000).unwrap_or(u32::MAX)
    }

    fn lag(&self) -> Option<Duration> {
        let known_until = self.known_until_ms.load(Acquire).checked_sub(1)?;
        Some(Duration::from_millis(self.elapsed_ms().saturating_sub(known_until)))
    }

    /// The age up to which every change that may concern a token is still in the table. The slack that entries are kept longer
    /// takes care of clocks that differ.
    fn oldest_covered(&self) -> i64 {
        let still_missing = self.covered_from.load(Relaxed).saturating_sub(self.elapsed_seconds());
        i64::from(self.token_lifetime_seconds.load(Relaxed)) + i64::from(SLACK_SECONDS) / 2 - i64::from(still_missing)
    }
}

impl Default for RevocationFeed {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RevocationFeed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("RevocationFeed").field(&self.status()).finish()
    }
}

impl fmt::Debug for FeedBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FeedBuilder").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
