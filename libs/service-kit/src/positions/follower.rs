//! One who hears of narrowing changes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::event::Event;
use super::tail::{Look, Remembered, Tail};

/// News come no more often than this, so that many changes are few messages.
const BATCH_EVERY: Duration = Duration::from_millis(50);
/// News come at least this often, so that silence means trouble.
const HEARTBEAT: Duration = Duration::from_millis(250);

/// Hears of changes, in order and without gaps. It holds none of them back for somebody who does not listen: whoever is slower
/// than the memory is long begins anew.
pub struct Follower {
    tail: Tail,
    looked: watch::Receiver<Look>,
    memory: u64,
    /// Up to where it has heard; `None` before it has heard anything.
    heard: Option<i64>,
    last: Instant,
}

/// What there is to hear.
#[derive(Clone, Debug)]
pub struct News {
    /// Changes that are new, in order; none for a heartbeat. The first news hold all that is remembered.
    pub events: Vec<Arc<Event>>,
    /// The latest position.
    pub position: i64,
    /// How long ago it was the latest for certain.
    pub age: Duration,
}

/// Something was missed: follow anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("changes were missed; begin again with what is remembered")]
pub struct Gap;

impl Follower {
    pub(super) fn new(tail: Tail, looked: watch::Receiver<Look>, memory: u64) -> Self {
        Self { tail, looked, memory, heard: None, last: Instant::now() }
    }

    /// Waits for news: the first at once, then whatever changes, and every 250 milliseconds that nothing did.
    pub async fn next(&mut self) -> Result<News, Gap> {
        let Some(heard) = self.heard else {
            let (events, position) = self.tail.all();
            return self.tell(events, position);
        };
        let heartbeat = self.last + HEARTBEAT;
        tokio::time::sleep_until(self.last + BATCH_EVERY).await;
        loop {
            let look = *self.looked.borrow_and_update();
            if look.memory != self.memory {
                return Err(Gap);
            }
            if look.position > heard {
                return match self.tail.after(heard) {
                    Remembered::Events(events) => {
                        let position = events.last().map_or(look.position, |event| event.position);
                        self.tell(events, position)
                    }
                    Remembered::Gap => Err(Gap),
                };
            }
            tokio::select! {
                changed = self.looked.changed() => if changed.is_err() { return Err(Gap) },
                () = tokio::time::sleep_until(heartbeat) => return self.tell(Vec::new(), heard),
            }
        }
    }

    fn tell(&mut self, events: Vec<Arc<Event>>, position: i64) -> Result<News, Gap> {
        let look = *self.looked.borrow();
        if look.memory != self.memory {
            return Err(Gap);
        }
        (self.heard, self.last) = (Some(position), Instant::now());
        Ok(News { events, position, age: look.at.elapsed() })
    }
}
