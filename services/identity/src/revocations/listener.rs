//! One who hears the feed.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use service_kit::Refusal;
use token_verification::Positions;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use tonic::Status;

use super::places::Place;
use super::{Message, Revocations, State};
use crate::wire::revocations::{self as wire, Encoded, Part, Told};

/// Hears the keys, a snapshot, a sign of life, and what is told from then on.
pub struct Listener {
    feed: Revocations,
    /// Whatever is told after `through`.
    ring: Receiver<Arc<Message>>,
    began: Instant,
    epoch: String,
    /// Up to where it knows what is remembered of each service.
    known: Positions,
    through: Positions,
    part: u32,
    /// What comes before and after the parts of the snapshot.
    first: Option<Told>,
    last: Option<Arc<Message>>,
    is_snapshot_over: bool,
    /// Of one who listens by a key.
    _place: Option<Place>,
}

impl Listener {
    pub(super) fn new(feed: Revocations, state: &State, ring: Receiver<Arc<Message>>, known: Positions) -> Self {
        let now = Instant::now();
        let alive = wire::heartbeat(&state.epoch, &state.told, state.memory.silence(now));
        Self {
            feed,
            ring,
            began: now,
            epoch: state.epoch.clone(),
            known,
            through: state.told,
            part: 0,
            first: Some(state.keys.clone()),
            last: Some(Arc::new(Message { told: alive, made: now })),
            is_snapshot_over: false,
            _place: None,
        }
    }

    /// The same, who holds this place for as long as it hears.
    pub(super) fn in_place(self, place: Place) -> Self {
        Self { _place: Some(place), ..self }
    }

    /// Everything, until SERVICE_UNAVAILABLE says to begin anew.
    pub fn messages(self) -> impl Stream<Item = Result<Encoded, Status>> + Send {
        stream::unfold(Some(self), |listener| async {
            let mut listener = listener?;
            match listener.next().await {
                Ok(message) => Some((Ok(message), Some(listener))),
                Err(refusal) => Some((Err(refusal.into()), None)),
            }
        })
    }

    async fn next(&mut self) -> Result<Encoded, Refusal> {
        if let Some(keys) = self.first.take() {
            return Ok(wire::aged(&keys, Duration::ZERO, Duration::ZERO));
        }
        if !self.is_snapshot_over {
            return self.next_part();
        }
        let message = match self.last.take() {
            Some(message) => message,
            None => match self.ring.recv().await {
                Ok(message) => message,
                Err(RecvError::Lagged(_)) => return Err(Refusal::unavailable("the listener is too slow")),
                Err(RecvError::Closed) => {
                    self.feed.wait_to_be_cut().await;
                    return Err(Refusal::unavailable("the feed has ended or begins anew"));
                }
            },
        };
        Ok(wire::aged(&message.told, message.made.elapsed(), self.began.elapsed()))
    }

    /// Made when it is sent: whoever is slow holds nothing but a place in the memory that all share.
    fn next_part(&mut self) -> Result<Encoded, Refusal> {
        let made = self.feed.part(&self.epoch, &self.known, &self.through);
        let made = made.ok_or_else(|| Refusal::unavailable("another epoch has begun"))?;
        let is_last = made.reached.reach(&self.through);
        let part = Part {
            epoch: &self.epoch,
            number: self.part,
            is_last,
            through: self.through,
            lifetime: self.feed.0.ground.lifetime,
        };
        let part = wire::snapshot(&part, &made.changes);
        (self.known, self.part, self.is_snapshot_over) = (made.reached, self.part + 1, is_last);
        Ok(part)
    }
}
