//! The end of the record, followed in memory: read once for all who want to hear of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sea_orm::DbErr;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::event::{self, Event};
use super::follower::Follower;
use crate::clock::{Clock, Timestamp};
use crate::database::Database;

/// How often the database is looked at. A change made by this process is seen at once.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The same after a look that failed.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(250);
/// Changes read at once.
const BATCH: u64 = 1_000;
/// Changes kept in memory at most; of more the older ones are forgotten, and whoever begins then hears of a change of
/// everything in place of them.
const MOST_EVENTS: usize = 600_000;
/// Who follows at once.
const MOST_FOLLOWERS: usize = 1_000;
/// The memory of a tail that has ended; nobody follows it.
const ENDED: u64 = u64::MAX;

/// The changes of the last while. Cheap to clone.
#[derive(Clone)]
pub struct Tail(Arc<Shared>);

struct Shared {
    database: Database,
    clock: Clock,
    memory_of: Duration,
    memory: Mutex<Memory>,
    looked: watch::Sender<Look>,
}

/// The latest look at the database that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// Counts the memories: another begins when the record is found to be another one.
    pub(super) memory: u64,
    pub(super) position: i64,
    pub(super) at: Instant,
}

#[derive(Default)]
struct Memory {
    /// Without gaps; the last one is at `position`.
    events: VecDeque<Arc<Event>>,
    position: i64,
    /// The one at `position`, if it was ever read, also when it is forgotten otherwise.
    last: Option<Arc<Event>>,
    /// Stands for all that was forgotten before its time, at the position of the last of it: whoever begins now takes
    /// everybody's tokens to be too old.
    overflowed: Option<Arc<Event>>,
}

impl Tail {
    /// Remembers the changes of this long: as long as a token lives, and room for clocks that differ.
    pub fn new(database: &Database, clock: &Clock, memory_of: Duration) -> Self {
        let never = Look { memory: 0, position: 0, at: Instant::now() };
        Self(Arc::new(Shared {
            database: database.clone(),
            clock: clock.clone(),
            memory_of,
            memory: Mutex::default(),
            looked: watch::Sender::new(never),
        }))
    }

    /// Somebody who hears of everything that is remembered and of what comes after it; `None` before the first look has
    /// succeeded, after the end, and while a thousand follow.
    pub fn follow(&self) -> Option<Follower> {
        let looked = self.0.looked.subscribe();
        let look = *looked.borrow();
        let is_open = look.memory > 0 && look.memory != ENDED && self.0.looked.receiver_count() <= MOST_FOLLOWERS;
        is_open.then(|| Follower::new(self.clone(), looked, look.memory))
    }

    /// Looks until `stop`. Then whoever follows is told of a gap, so that nobody waits for a service that has stopped.
    pub async fn run(self, stop: CancellationToken) {
        self.look_until(stop).await;
        self.0.looked.send_modify(|look| look.memory = ENDED);
    }

    async fn look_until(&self, stop: CancellationToken) {
        let mut moved = self.0.database.positions_moved();
        let mut has_failed = false;
        loop {
            let pause = match self.look().await {
                Ok(()) => {
                    has_failed = false;
                    LOOK_EVERY
                }
                Err(error) => {
                    if !std::mem::replace(&mut has_failed, true) {
                        tracing::warn!(%error, "the record of narrowing changes cannot be read; trying on");
                    }
                    LOOK_AGAIN_AFTER
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                Ok(()) = moved.changed() => {}
            }
        }
    }

    /// Looks once.
    pub async fn look(&self) -> Result<(), DbErr> {
        let Shared { database, clock, memory_of, looked, .. } = self.0.as_ref();
        let before = *looked.borrow();
        // What is committed later than this is in nobody's look before it.
        let at = Instant::now();
        let snapshot = database.begin_snapshot().await?;
        let position = super::current(&snapshot).await?;
        // A record that has become shorter is another one: a backup was put in place of it. It may have grown again since, and
        // tells another change by the number of the last.
        let is_new = before.memory == 0
            || position < before.position
            || self.is_told_otherwise(event::at(&snapshot, before.position).await?);
        let mut from =
            if is_new { event::before(&snapshot, clock.now().minus(*memory_of)).await? } else { before.position };
        let mut found = Vec::new();
        while from < position {
            let events = event::after(&snapshot, from, BATCH).await?;
            let Some(last) = events.last() else { break };
            from = last.position;
            found.extend(events.into_iter().map(Arc::new));
        }
        snapshot.commit().await?;

        let forget_before = clock.now().minus(*memory_of);
        let mut memory = self.memory();
        if is_new {
            *memory = Memory::default();
        }
        memory.last = found.last().cloned().or(memory.last.take());
        memory.events.extend(found);
        memory.position = position;
        memory.forget(forget_before);
        drop(memory);
        looked.send_replace(Look { memory: before.memory + u64::from(is_new), position, at });
        Ok(())
    }

    /// Whether this, read at the last position once more, is not what was read there. Nothing is found when it was swept.
    fn is_told_otherwise(&self, again: Option<Event>) -> bool {
        let memory = self.memory();
        again.is_some_and(|again| memory.last.as_ref().is_some_and(|last| **last != again))
    }

    /// Up to `limit` changes after this position and up to `until`; `None` when some of it is forgotten.
    pub(super) fn after(&self, position: i64, until: i64, limit: usize) -> Option<Vec<Arc<Event>>> {
        let memory = self.memory();
        let missing = usize::try_from(memory.position.saturating_sub(position)).unwrap_or(0);
        let first = memory.events.len().checked_sub(missing)?;
        Some(memory.events.range(first..).take_while(|event| event.position <= until).take(limit).cloned().collect())
    }

    /// The first `limit` of what is remembered up to `until`.
    pub(super) fn first(&self, until: i64, limit: usize) -> Vec<Arc<Event>> {
        let memory = self.memory();
        let events = memory.overflowed.iter().chain(&memory.events);
        events.take_while(|event| event.position <= until).take(limit).cloned().collect()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Forgets what is older than this, and the first of what is too much.
    fn forget(&mut self, older_than: Timestamp) {
        while self.events.front().is_some_and(|event| event.at < older_than) {
            self.events.pop_front();
        }
        while self.events.len() > MOST_EVENTS {
            let forgotten = self.events.pop_front();
            self.overflowed = forgotten.map(|event| Arc::new(Event::of_everything(event.position, event.at)));
        }
        if self.overflowed.as_ref().is_some_and(|event| event.at < older_than) {
            self.overflowed = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn memory_of(count: usize) -> Memory {
        let mut memory = Memory::default();
        for position in 1..=i64::try_from(count).unwrap_or(i64::MAX) {
            let at = Timestamp::from_millis(position);
            memory.events.push_back(Arc::new(Event { position, kind: "kind".to_owned(), subject: json!({}), at }));
            memory.position = position;
        }
        memory
    }

    #[test]
    fn what_is_too_much_is_forgotten_and_stands_for_everything_until_its_time() {
        let mut memory = memory_of(MOST_EVENTS + 3);
        memory.forget(Timestamp::from_millis(0));
        assert_eq!(memory.events.len(), MOST_EVENTS);
        let all = Event::of_everything(3, Timestamp::from_millis(3));
        assert_eq!(memory.overflowed.as_deref(), Some(&all));
        assert_eq!(memory.events.front().map(|event| event.position), Some(4));
        memory.forget(Timestamp::from_millis(4));
        assert_eq!((memory.overflowed.as_deref(), memory.events.len()), (None, MOST_EVENTS));
    }

    #[test]
    fn what_is_over_is_forgotten_and_stands_for_nothing() {
        let mut memory = memory_of(5);
        memory.forget(Timestamp::from_millis(4));
        assert_eq!((memory.overflowed.as_deref(), memory.events.len()), (None, 2));
    }
}
