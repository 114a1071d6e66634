//! Messages of a feed, and a verifier that hears them. Time stands still unless a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use token_verification::{
    Batch, Caller, Event, FeedBuilder, FeedMessage, Freshness, Heartbeat, OwningService, Positions, RevocationFeed,
    SnapshotPart, Subject, TokenVerifier, VerifyError,
};
use uuid::Uuid;

use crate::issuer::{Issuer, NOW, claims, claims_with};

pub const EPOCH: &str = "first";
/// What the usual token knows.
pub const SEEN: Positions = Positions { i: 3, o: 5, b: 8 };
pub const LIFETIME: u32 = 300;

pub fn id(last: u8) -> Uuid {
    Uuid::from_u128(0x0192_f0c1_0000_7000_8000_0000_0000_0000 | u128::from(last))
}

pub const USER: u8 = 1;
pub const SESSION: u8 = 2;
pub const ORGANIZATION: u8 = 4;
pub const STRANGER: u8 = 99;

pub fn event(service: OwningService, position: i64, subject: Subject) -> Event {
    Event { service, position, subject }
}

pub fn session(position: i64, session: u8) -> Event {
    event(OwningService::Identity, position, Subject::Session { session_id: id(session) })
}

pub fn membership(position: i64, user: u8, organization: u8) -> Event {
    let subject = Subject::Membership { user_id: id(user), organization_id: id(organization) };
    event(OwningService::Organizations, position, subject)
}

pub fn snapshot_of(epoch: &str, through: Positions, events: Vec<Event>) -> FeedMessage {
    FeedMessage::Snapshot(SnapshotPart {
        epoch: epoch.to_owned(),
        part: 0,
        is_last: true,
        through,
        token_lifetime_seconds: LIFETIME,
        events,
    })
}

pub fn snapshot(events: Vec<Event>) -> FeedMessage {
    snapshot_of(EPOCH, SEEN, events)
}

pub fn batch_of(epoch: &str, after: Positions, through: Positions, events: Vec<Event>) -> FeedMessage {
    FeedMessage::Batch(Batch { epoch: epoch.to_owned(), after, through, events })
}

/// A batch that tells one change more than the usual token knows.
pub fn batch(event: Event) -> FeedMessage {
    batch_of(EPOCH, SEEN, one_more(&event), vec![event])
}

pub fn one_more(event: &Event) -> Positions {
    let mut through = SEEN;
    match event.service {
        OwningService::Identity => through.i = event.position,
        OwningService::Organizations => through.o = event.position,
        OwningService::Billing => through.b = event.position,
    }
    through
}

pub fn heartbeat_of(epoch: &str, positions: Positions) -> FeedMessage {
    FeedMessage::Heartbeat(Heartbeat { epoch: epoch.to_owned(), positions, silence_ms: 0, elapsed_ms: None })
}

/// As a sender sends it this long after it was subscribed to.
pub fn heartbeat_after(elapsed: Duration) -> FeedMessage {
    let elapsed_ms = Some(u64::try_from(elapsed.as_millis()).unwrap());
    FeedMessage::Heartbeat(Heartbeat { epoch: EPOCH.to_owned(), positions: SEEN, silence_ms: 0, elapsed_ms })
}

pub fn heartbeat() -> FeedMessage {
    heartbeat_of(EPOCH, SEEN)
}

/// A service that verifies tokens and hears a feed.
pub struct Hearer {
    pub issuer: Issuer,
    pub feed: RevocationFeed,
    pub verifier: TokenVerifier,
    now: Arc<AtomicI64>,
    elapsed_ms: Arc<AtomicU64>,
}

impl Hearer {
    pub fn new() -> Self {
        Self::with(RevocationFeed::builder().capacity(1_000))
    }

    /// One that has heard a snapshot with these changes, and a heartbeat.
    pub fn of(events: Vec<Event>) -> Self {
        let hearer = Self::new();
        hearer.hear(snapshot(events));
        hearer.hear(heartbeat());
        hearer
    }

    pub fn with(feed: FeedBuilder) -> Self {
        let issuer = Issuer::new();
        let (now, elapsed_ms) = (Arc::new(AtomicI64::new(NOW)), Arc::new(AtomicU64::new(0)));
        let (seconds, millis) = (Arc::clone(&now), Arc::clone(&elapsed_ms));
        let feed = feed.clock(move || Duration::from_millis(millis.load(Ordering::Relaxed))).build();
        let verifier = issuer
            .builder()
            .freshness(Freshness::Feed(feed.clone()))
            .clock(move || seconds.load(Ordering::Relaxed))
            .build()
            .unwrap();
        Self { issuer, feed, verifier, now, elapsed_ms }
    }

    pub fn hear(&self, message: FeedMessage) {
        self.feed.apply(message).unwrap();
    }

    pub fn pass(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        let elapsed = self.elapsed_ms.fetch_add(millis, Ordering::Relaxed) + millis;
        self.now.store(NOW + i64::try_from(elapsed / 1000).unwrap(), Ordering::Relaxed);
    }

    /// Verifies a token twice, so that the cache says the same as the signature.
    pub fn judge(&self, claims: &Value) -> Result<Caller, VerifyError> {
        let token = self.issuer.sign_claims(claims);
        let cold = self.verifier.verify(&token);
        assert_eq!(self.verifier.verify(&token), cold);
        cold
    }

    /// What becomes of the usual token.
    pub fn usual(&self) -> Result<Caller, VerifyError> {
        self.judge(&claims())
    }
}

/// The usual claims, issued this many seconds ago.
pub fn aged(seconds: i64) -> Value {
    let mut aged = claims_with("iat", json!(NOW - seconds));
    aged["exp"] = json!(NOW - seconds + 3600);
    aged
}

/// The usual claims with these positions.
pub fn knowing(epoch: &str, positions: Positions) -> Value {
    claims_with("asof", json!({ "i": positions.i, "o": positions.o, "b": positions.b, "e": epoch }))
}
