//! One who hears of narrowing changes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::event::Event;
use super::tail::{Look, Tail};

/// News come no more often than this, so that many changes are few messages.
const BATCH_EVERY: Duration = Duration::from_millis(50);
/// News come at least this often, so that silence means trouble.
const HEARTBEAT: Duration = Duration::from_millis(250);
/// Changes in one portion, so that a message stays small whatever is remembered.
const LARGEST: usize = 2_000;

/// Hears of changes, in order and without gaps. It holds none of them back for somebody who does not listen: whoever is slower
/// than the memory is long begins anew. What it has not told yet stays in the tail's memory alone, so a thousand that begin at
/// once copy nothing.
pub struct Follower {
    tail: Tail,
    looked: watch::Receiver<Look>,
    memory: u64,
    /// Up to where it has heard; `None` before it has heard anything.
    heard: Option<i64>,
    /// The look that the news under way are of, while more of them is to be told.
    under_way: Option<Look>,
    last: Instant,
}

/// A part of the news.
#[derive(Clone, Debug)]
pub struct Portion {
    /// Changes that are new, in order, at most 2,000; none for a heartbeat. The first news hold all that is remembered.
    pub events: Vec<Arc<Event>>,
    /// The latest position that whoever has heard this portion has heard of.
    pub position: i64,
    /// How long ago the last portion's position was the latest for certain.
    pub age: Duration,
    /// Whether more of the same news follows: until then not everything is known that was there at the beginning.
    pub has_more: bool,
}

/// Something was missed: follow anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("changes were missed; begin again with what is remembered")]
pub struct Gap;

impl Follower {
    pub(super) fn new(tail: Tail, looked: watch::Receiver<Look>, memory: u64) -> Self {
        Self { tail, looked, memory, heard: None, under_way: None, last: Instant::now() }
    }

    /// Waits for news: the first at once, then whatever changes, and every 250 milliseconds that nothing did. News of many
    /// changes come in portions, one after the other without a wait.
    pub async fn next(&mut self) -> Result<Portion, Gap> {
        if let Some(look) = self.under_way {
            return self.tell(look);
        }
        if self.heard.is_some() {
            self.wait().await?;
        }
        let look = *self.looked.borrow_and_update();
        self.tell(look)
    }

    /// Until there is something to tell, be it a sign of life.
    async fn wait(&mut self) -> Result<(), Gap> {
        let heartbeat = self.last + HEARTBEAT;
        tokio::time::sleep_until(self.last + BATCH_EVERY).await;
        loop {
            let look = *self.looked.borrow_and_update();
            if look.memory != self.memory || Some(look.position) > self.heard {
                return Ok(());
            }
            tokio::select! {
                changed = self.looked.changed() => if changed.is_err() { return Err(Gap) },
                () = tokio::time::sleep_until(heartbeat) => return Ok(()),
            }
        }
    }

    /// The next portion of what this look found.
    fn tell(&mut self, look: Look) -> Result<Portion, Gap> {
        if self.looked.borrow().memory != self.memory {
            return Err(Gap);
        }
        let events = match self.heard {
            None => self.tail.first(look.position, LARGEST),
            Some(heard) => self.tail.after(heard, look.position, LARGEST).ok_or(Gap)?,
        };
        let told = events.last().map_or(look.position, |event| event.position);
        let has_more = told < look.position;
        (self.heard, self.under_way) = (Some(told), has_more.then_some(look));
        self.last = Instant::now();
        Ok(Portion { events, position: told, age: look.at.elapsed(), has_more })
    }
}
