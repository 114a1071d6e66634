//! Where a subscription stands, and what of its messages fits.

use std::sync::atomic::Ordering::{Relaxed, Release};

use super::{Resubscribe, SLACK_SECONDS, Shared};
use crate::revocation::epochs::Standing;
use crate::revocation::event::{Event, Positions};
use crate::revocation::message::{Batch, FeedMessage, Heartbeat, SnapshotPart};
use crate::{Claims, KeySet};

/// With four heartbeats a second, the whole table is swept in about a minute.
const HEARTBEATS_TO_A_SWEEP: usize = 256;

/// What the writer knows beside the table.
#[derive(Default)]
pub(super) struct Writer {
    stage: Stage,
    /// The present epoch's name.
    epoch: Option<String>,
    /// The name of the epoch that room was made for last, and its tag.
    next: Option<(String, u16)>,
    positions: Positions,
    jwks: String,
    swept: usize,
    /// When this subscription was asked for, in milliseconds of the feed's clock.
    subscribed_ms: Option<u64>,
    /// How long its last heartbeat was on its way at most.
    transit_ms: Option<u64>,
}

#[derive(Default)]
enum Stage {
    /// Waits for the first part of a snapshot.
    #[default]
    Lost,
    /// Waits for this part of it.
    Receiving { epoch: String, part: u32, through: Positions },
    /// Hears batches and heartbeats.
    Following,
}

impl Writer {
    pub(super) fn epoch(&self) -> Option<&str> {
        self.epoch.as_deref()
    }

    pub(super) fn subscribing(&mut self, shared: &Shared) {
        self.subscribed_ms = Some(shared.elapsed_ms());
        self.transit_ms = None;
    }

    #[cfg(feature = "feed")]
    pub(super) fn transit(&self) -> Option<std::time::Duration> {
        self.transit_ms.map(std::time::Duration::from_millis)
    }

    pub(super) fn apply(&mut self, shared: &Shared, message: FeedMessage) -> Result<(), Resubscribe> {
        let outcome = match message {
            FeedMessage::Snapshot(part) => self.snapshot(shared, part),
            FeedMessage::Batch(batch) => self.batch(shared, &batch),
            FeedMessage::Heartbeat(heartbeat) => self.heartbeat(shared, &heartbeat),
            FeedMessage::Keys { jwks } => {
                self.keys(shared, jwks);
                Ok(())
            }
        };
        if outcome.is_err() {
            self.stage = Stage::Lost;
        }
        outcome
    }

    fn snapshot(&mut self, shared: &Shared, part: SnapshotPart) -> Result<(), Resubscribe> {
        let is_expected = match &self.stage {
            _ if part.part == 0 => true,
            Stage::Receiving { epoch, part: expected, through } => {
                (epoch, *expected, through) == (&part.epoch, part.part, &part.through)
            }
            Stage::Lost | Stage::Following => false,
        };
        if !is_expected {
            return Err(Resubscribe::BrokenSnapshot);
        }
        self.set_lifetime(shared, part.token_lifetime_seconds);
        let epoch = self.tag_of(shared, &part.epoch)?;
        record(shared, &part.events, epoch);
        if !part.is_last {
            self.stage = Stage::Receiving { epoch: part.epoch, part: part.part + 1, through: part.through };
            return Ok(());
        }

        if self.epoch.as_ref() == Some(&part.epoch) {
            // From a replica that lags, it may know less than is known here, which is kept.
            self.positions.raise_to(&part.through);
            shared.set_positions(&self.positions);
        } else {
            self.positions = part.through;
            // Nothing is reached in between, so that no reader takes one epoch's numbers for the other's: whoever sees the new epoch
            // doesn't see the old numbers any more, and whoever sees the new numbers doesn't see the old epoch.
            shared.set_positions(&Positions::default());
            shared.table.epochs.begin_next(shared.table.epoch_mark(&part.epoch));
            shared.set_positions(&self.positions);
            self.epoch = Some(part.epoch);
            self.next = None;
        }
        self.stage = Stage::Following;
        Ok(())
    }

    /// A longer lifetime than before is not covered at once: changes that were told under the shorter one may have expired already,
    /// and a snapshot that goes on from somewhere doesn't bring them again.
    fn set_lifetime(&self, shared: &Shared, seconds: u32) {
        let lifetime = seconds.clamp(1, Claims::MAXIMUM_LIFETIME_SECONDS as u32);
        let before = shared.token_lifetime_seconds.load(Relaxed);
        if self.epoch.is_some() && lifetime > before {
            let covered_from = shared.elapsed_seconds().saturating_add(lifetime - before);
            shared.covered_from.fetch_max(covered_from, Relaxed);
        }
        shared.token_lifetime_seconds.store(lifetime, Relaxed);
    }

    /// The tag under which entries of this epoch are kept; readers take it for the present one when its snapshot is whole. An epoch
    /// that went doesn't come back: whoever is still in it has been left behind by the others, and what it says is not to be
    /// mixed with what was known of that epoch when it was the present one.
    fn tag_of(&mut self, shared: &Shared, epoch: &str) -> Result<u16, Resubscribe> {
        let epochs = &shared.table.epochs;
        match epochs.standing(shared.table.epoch_mark(epoch)) {
            Standing::Present(tag) => return Ok(tag),
            Standing::Earlier(_) => return Err(Resubscribe::Epoch),
            Standing::Unknown => {}
        }
        match &self.next {
            Some((next, tag)) if next == epoch => Ok(*tag),
            _ => {
                let tag = epochs.prepare_next();
                self.next = Some((epoch.to_owned(), tag));
                Ok(tag)
            }
        }
    }

    fn batch(&mut self, shared: &Shared, batch: &Batch) -> Result<(), Resubscribe> {
        let epoch = self.following(shared, &batch.epoch)?;
        if !self.positions.reach(&batch.after) {
            return Err(Resubscribe::Gap);
        }
        record(shared, &batch.events, epoch);
        self.positions.raise_to(&batch.through);
        shared.set_positions(&self.positions);
        Ok(())
    }

    fn heartbeat(&mut self, shared: &Shared, heartbeat: &Heartbeat) -> Result<(), Resubscribe> {
        self.following(shared, &heartbeat.epoch)?;
        if !self.positions.reach(&heartbeat.positions) {
            return Err(Resubscribe::Gap);
        }
        let now = shared.elapsed_ms();
        let sent = self.sent_at(heartbeat, now);
        self.transit_ms = heartbeat.elapsed_ms.and(self.subscribed_ms).map(|_| now - sent);
        if heartbeat.positions.reach(&self.positions) {
            note_sign_of_life(shared, sent, heartbeat.silence_ms);
        }
        let step = shared.table.buckets().div_ceil(HEARTBEATS_TO_A_SWEEP);
        shared.table.sweep(self.swept, step, shared.elapsed_seconds());
        self.swept = (self.swept + step) % shared.table.buckets();
        Ok(())
    }

    /// The earliest moment at which it may have been sent: the sender's subscription is no older than the request for it. It never
    /// lies ahead, however the sender's clock runs.
    fn sent_at(&self, heartbeat: &Heartbeat, now: u64) -> u64 {
        let sent = self.subscribed_ms.zip(heartbeat.elapsed_ms).map(|(asked, elapsed)| asked.saturating_add(elapsed));
        sent.map_or(now, |sent| sent.min(now))
    }

    /// The tag of the present epoch, if messages of this one are expected.
    fn following(&self, shared: &Shared, epoch: &str) -> Result<u16, Resubscribe> {
        let Stage::Following = self.stage else { return Err(Resubscribe::NoSnapshot) };
        if self.epoch.as_deref() != Some(epoch) {
            return Err(Resubscribe::Epoch);
        }
        shared.table.epochs.present().ok_or(Resubscribe::NoSnapshot)
    }

    /// Keys that cannot be read leave those in use as they are; the same again doesn't make verifiers forget what they verified.
    fn keys(&mut self, shared: &Shared, jwks: String) {
        let Some(keys) = &shared.keys else { return };
        if jwks == self.jwks {
            return;
        }
        match KeySet::from_jwks(&jwks) {
            Ok(set) => {
                keys.replace(set);
                self.jwks = jwks;
            }
            Err(_) => {
                shared.key_sets_refused.fetch_add(1, Relaxed);
            }
        }
    }
}

fn record(shared: &Shared, events: &[Event], epoch: u16) {
    let now = shared.elapsed_seconds();
    let expires = now.saturating_add(shared.token_lifetime_seconds.load(Relaxed)).saturating_add(SLACK_SECONDS);
    for event in events {
        shared.table.record(event, epoch, now, expires);
    }
}

/// Everything is known up to when it was sent, apart from what the sender itself has not heard. A subscription that begins doesn't take back
/// what a former one knew.
fn note_sign_of_life(shared: &Shared, sent_ms: u64, silence_ms: u32) {
    let known_until = sent_ms.saturating_sub(u64::from(silence_ms));
    shared.known_until_ms.fetch_max(known_until + 1, Release);
}
