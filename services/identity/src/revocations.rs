//! The feed of revocations: what identity hears of narrowing changes, its own and those of organizations and billing, told to
//! everybody who verifies tokens.
//!
//! Sources (`source`) bring news into one memory, the teller makes messages of them, each encoded once for all listeners, and puts
//! them into a ring. A listener begins with a snapshot of the memory and goes on with the ring; one that the ring has
//! overtaken is cut. Whatever is in doubt ends a subscription: the next one begins with a snapshot.

mod ahead;
mod by_key;
mod forgetter;
mod keeper;
mod listener;
mod memory;
mod numbers;
mod outdated;
mod parts;
mod pauses;
mod places;
mod record;
mod source;
mod teller;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use service_kit::positions::Tail;
use service_kit::{Clock, Database, Entropy, Refusal};
use token_verification::{OwningService, Positions, ResumePoint};
use tokio::sync::{Notify, broadcast, watch};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::domain::change::News;
use crate::domain::entitlement::SinceSeen;
use crate::domain::epoch::Epoch;
use crate::keyring::Keyring;
use crate::upstreams::Upstreams;
use crate::wire::revocations as wire;

use self::ahead::{Ahead, Source};
pub use self::by_key::listening_by_key;
pub use self::listener::Listener;
use self::memory::Memory;
use self::outdated::Outdated;
use self::parts::{Made, Parts};
use self::places::Places;
use self::record::Unheard;

/// How many messages may wait for a listener: about five seconds of them.
const RING: usize = 128;
/// Who listens at once.
const MOST_LISTENERS: usize = 5_000;
/// Messages of changes made in one go; the ring holds many more, so that whoever keeps up is not overtaken.
const BATCHES_AT_ONCE: usize = 8;
/// When another epoch begins, listeners are cut one after the other, so that they come back one after the other: so much later for
/// each of them, and within as long as all of them may go without a word.
const CUT_ONE_IN: Duration = Duration::from_micros(200);
const CUT_ALL_WITHIN: Duration = Duration::from_secs(1);
/// How long a change is remembered beyond the life of a token: what verifiers keep it, and what clocks may differ.
const SLACK: Duration = Duration::from_secs(300);

/// What the feed is made of.
pub struct Ground {
    pub database: Database,
    pub upstreams: Upstreams,
    pub tail: Tail,
    pub keyring: Arc<Keyring>,
    pub clock: Clock,
    pub entropy: Entropy,
    /// The longest life of a token.
    pub lifetime: Duration,
    pub epoch: Epoch,
}

/// The feed. Cheap to clone.
#[derive(Clone)]
pub struct Revocations(Arc<Shared>);

struct Shared {
    ground: Ground,
    state: Mutex<State>,
    places: Places,
    parts: Parts,
    /// Something was heard that is not told yet.
    heard: Notify,
    /// A new epoch is wanted.
    epoch_wanted: Notify,
    /// The present epoch, for whoever has to begin anew with it.
    epoch: watch::Sender<String>,
}

struct State {
    epoch: String,
    /// Whether the epoch must be left, as positions run backwards in it.
    is_epoch_over: bool,
    memory: Memory,
    ahead: Ahead,
    outdated: Outdated,
    /// Up to where billing was heard and its changes of plans made good in the database.
    plans_forgotten_through: i64,
    /// Up to where listeners were told.
    told: Positions,
    keys: wire::Told,
    /// Within what time those who heard the former ring are cut.
    cut_within: Duration,
    /// `None` while nobody is told.
    ring: Option<broadcast::Sender<Arc<Message>>>,
}

/// What everybody hears, and when it was made.
struct Message {
    told: wire::Told,
    made: Instant,
}

impl Revocations {
    /// A feed that nobody can hear until it runs.
    pub fn new(ground: Ground) -> Self {
        let epoch = ground.epoch.name.clone();
        let state = State {
            memory: Memory::new(&ground.epoch.highest, Instant::now()),
            outdated: Outdated::since(ground.epoch.highest.b),
            plans_forgotten_through: 0,
            is_epoch_over: false,
            ahead: Ahead::default(),
            told: Positions::default(),
            keys: wire::keys(ground.keyring.jwks()),
            cut_within: Duration::ZERO,
            ring: None,
            epoch: epoch.clone(),
        };
        Self(Arc::new(Shared {
            ground,
            state: Mutex::new(state),
            places: Places::default(),
            parts: Parts::default(),
            heard: Notify::new(),
            epoch_wanted: Notify::new(),
            epoch: watch::Sender::new(epoch),
        }))
    }

    /// Hears and tells until `stop`; then every listener is cut.
    pub async fn run(self, stop: CancellationToken) {
        let _closing = Closing(self.clone());
        self.state().open();
        tokio::join!(
            keeper::keep(&self, &stop),
            forgetter::forget_plans(&self, &stop),
            teller::tell(&self, &stop),
            source::follow(&self, OwningService::Identity, &stop),
            source::follow(&self, OwningService::Organizations, &stop),
            source::follow(&self, OwningService::Billing, &stop),
        );
    }

    /// A service of the deployment that hears everything after `from`, as far as it may still concern a token. SERVICE_UNAVAILABLE
    /// while nobody is told, and when too many listen.
    pub fn listen(&self, from: Option<ResumePoint>) -> Result<Listener, Refusal> {
        self.listen_as(Source::Service, from)
    }

    /// The same for one who shows the key with this hash, which is judged already. SERVICE_UNAVAILABLE also when too many listen by
    /// it, or by keys at all.
    pub fn listen_by_key(&self, key: Vec<u8>, from: Option<ResumePoint>) -> Result<Listener, Refusal> {
        let place = self.0.places.take(key)?;
        Ok(self.listen_as(Source::Outside, from)?.in_place(place))
    }

    fn listen_as(&self, source: Source, from: Option<ResumePoint>) -> Result<Listener, Refusal> {
        let mut state = self.state();
        if let Some(from) = &from {
            state.note_resumption(from, source, Instant::now(), self.0.ground.clock.now());
        }
        let ring = state.ring.as_ref().ok_or_else(|| Refusal::unavailable("the feed is not running"))?;
        if ring.receiver_count() >= MOST_LISTENERS {
            return Err(Refusal::unavailable("too many listen to the feed"));
        }
        let from = from.filter(|from| from.epoch == state.epoch).map_or_else(Positions::default, |from| from.positions);
        // Everything that is not told yet comes by the ring.
        Ok(Listener::new(self.clone(), &state, ring.subscribe(), from))
    }

    /// What was heard of an organization's plan that was seen at this position of billing.
    pub fn plan_since(&self, epoch: &str, organization: Uuid, seen_at: i64) -> SinceSeen {
        let state = self.state();
        if state.epoch != epoch {
            return SinceSeen::Unheard;
        }
        match state.memory.plan_since(organization, seen_at) {
            SinceSeen::Unchanged(heard) if state.outdated.is_outdated(organization, seen_at) => {
                SinceSeen::Changed(heard)
            }
            since => since,
        }
    }

    fn hear(&self, service: OwningService, epoch: &str, news: News) -> Result<(), Unheard> {
        let mut state = self.state();
        if state.epoch != epoch {
            return Err(Unheard::Late);
        }
        let plans = (service == OwningService::Billing).then(|| news.clone());
        let heard = state.memory.hear(service, news, Instant::now(), self.0.ground.clock.now());
        if let (Ok(()), Some(plans)) = (heard, plans) {
            state.outdated.hear(&plans);
        }
        if matches!(heard, Err(Unheard::Backwards | Unheard::LessThanClaimed)) {
            state.is_epoch_over = true;
            self.0.epoch_wanted.notify_one();
        }
        if state.memory.positions() != state.told {
            self.0.heard.notify_one();
        }
        heard
    }

    /// Goes on in this epoch. In another one than before nothing is known yet, and everybody begins anew; the
    /// name of the former one is answered.
    fn enter_epoch(&self, epoch: &str) -> Option<String> {
        let mut state = self.state();
        if state.epoch == epoch {
            return None;
        }
        tracing::warn!(epoch, "another epoch of positions has begun; everybody's tokens are made anew");
        let former = std::mem::replace(&mut state.epoch, epoch.to_owned());
        state.is_epoch_over = false;
        state.forget_claims();
        state.memory = Memory::of_epoch_begun_by(Instant::now());
        state.outdated = Outdated::default();
        state.plans_forgotten_through = 0;
        state.told = Positions::default();
        if let Some(former) = &state.ring {
            let listeners = u32::try_from(former.receiver_count()).unwrap_or(u32::MAX);
            state.cut_within = CUT_ONE_IN.saturating_mul(listeners).min(CUT_ALL_WITHIN);
            state.open();
        }
        self.0.epoch.send_replace(epoch.to_owned());
        Some(former)
    }

    /// The next part of what somebody has to know who begins; `None` in another epoch.
    fn part(&self, epoch: &str, after: &Positions, through: &Positions) -> Option<Made> {
        if *self.0.epoch.borrow() != epoch {
            return None;
        }
        self.0.parts.find_or_make(epoch, after, through, || {
            let state = self.state();
            (state.epoch == epoch).then(|| state.memory.range(after, through))
        })
    }

    /// Waits for the turn of one whose ring was closed: at once if nobody is told any more.
    async fn wait_to_be_cut(&self) {
        let within = {
            let state = self.state();
            if state.ring.is_some() { state.cut_within } else { Duration::ZERO }
        };
        let chance = self.0.ground.entropy.below(u64::try_from(within.as_micros()).unwrap_or(u64::MAX).max(1));
        sleep(Duration::from_micros(chance)).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Begins a new ring. Whoever listens to the former one hears what is left in it and is cut then.
    fn open(&mut self) {
        self.ring = Some(broadcast::Sender::new(RING));
    }

    /// Tells everybody; nobody needs to listen.
    fn send(&self, told: wire::Told) {
        if let Some(ring) = &self.ring {
            let _ = ring.send(Arc::new(Message { told, made: Instant::now() }));
        }
    }

    /// Tells what was heard, or as much of it as is good at once; whether that is all.
    fn tell_changes(&mut self) -> bool {
        for _ in 0..BATCHES_AT_ONCE {
            let through = self.memory.positions();
            if through == self.told {
                return true;
            }
            let (changes, reached) = self.memory.range(&self.told, &through);
            self.send(wire::batch(&self.epoch, &self.told, &reached, changes));
            self.told = reached;
        }
        self.memory.positions() == self.told
    }

    fn tell_life(&self) {
        self.send(wire::heartbeat(&self.epoch, &self.told, self.memory.silence(Instant::now())));
    }
}

/// Cuts every listener when the feed ends, however it does.
struct Closing(Revocations);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.state().ring = None;
    }
}
