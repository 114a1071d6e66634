//! The parts of snapshots, each made and encoded once for all who need the same: after another epoch has begun, or a restart,
//! everybody begins anew at once.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use token_verification::Positions;
use tokio::time::Instant;

use crate::wire::revocations::{self as wire, Block, Changes};

/// How long a part is told to whoever needs it: long enough for a crowd, too short for much of it to be forgotten meanwhile.
const KEPT: Duration = Duration::from_secs(2);
/// Bytes of all that are kept. What is larger is made for each who needs it.
const MOST: usize = 64 * 1024 * 1024;

/// What is at hand. One at a time makes parts, so that a crowd that needs the same waits for it and finds it.
#[derive(Default)]
pub struct Parts(Mutex<AtHand>);

#[derive(Default)]
struct AtHand {
    /// The epoch of all that is kept.
    epoch: String,
    since: Option<Instant>,
    /// By where they begin.
    parts: HashMap<[i64; 3], Made>,
    bytes: usize,
}

/// Changes after some point, encoded.
#[derive(Clone)]
pub struct Made {
    pub changes: Block,
    /// Up to where they lead.
    pub reached: Positions,
    /// Whether more follow because no more fit in.
    is_full: bool,
}

impl Parts {
    /// The changes after one point on the way to another, from those at hand or else from `read`; `None` when that has none, as
    /// another epoch has begun.
    pub fn find_or_make(
        &self,
        epoch: &str,
        after: &Positions,
        through: &Positions,
        read: impl FnOnce() -> Option<(Changes, Positions)>,
    ) -> Option<Made> {
        let mut at_hand = self.at_hand();
        at_hand.drop_old(epoch, Instant::now());
        if let Some(made) = at_hand.parts.get(&key(after)).filter(|made| made.is_for(after, through)) {
            return Some(made.clone());
        }
        let (changes, reached) = read()?;
        let made = Made { changes: wire::block(changes), reached, is_full: !reached.reach(through) };
        at_hand.keep(after, made.clone());
        Some(made)
    }

    /// Gives the memory back when nobody begins any more.
    pub fn drop_old(&self) {
        let mut at_hand = self.at_hand();
        let epoch = at_hand.epoch.clone();
        at_hand.drop_old(&epoch, Instant::now());
    }

    fn at_hand(&self) -> MutexGuard<'_, AtHand> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AtHand {
    fn drop_old(&mut self, epoch: &str, now: Instant) {
        let is_old = self.since.is_some_and(|since| now.saturating_duration_since(since) > KEPT);
        if is_old || self.epoch != epoch {
            *self = Self { epoch: epoch.to_owned(), ..Self::default() };
        }
    }

    fn keep(&mut self, after: &Positions, made: Made) {
        let replaced = self.parts.get(&key(after)).map_or(0, |former| former.changes.len());
        let bytes = self.bytes - replaced + made.changes.len();
        if bytes <= MOST {
            self.bytes = bytes;
            self.since.get_or_insert_with(Instant::now);
            self.parts.insert(key(after), made);
        }
    }
}

impl Made {
    /// Whether it holds what comes next for somebody on the way from one point to another, and nothing beyond: one that isn't full
    /// would lead no further for whoever begins a little later.
    fn is_for(&self, after: &Positions, through: &Positions) -> bool {
        if self.is_full { through.reach(&self.reached) } else { self.reached == farthest(after, through) }
    }
}

const fn key(positions: &Positions) -> [i64; 3] {
    [positions.i, positions.o, positions.b]
}

/// Where somebody is in the end who begins with more than is known here of one service, and with less of another.
fn farthest(one: &Positions, other: &Positions) -> Positions {
    Positions { i: one.i.max(other.i), o: one.o.max(other.o), b: one.b.max(other.b) }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const START: Positions = Positions { i: 0, o: 0, b: 0 };

    const fn at(o: i64) -> Positions {
        Positions { i: 3, o, b: 0 }
    }

    struct Reader {
        parts: Parts,
        reads: Cell<u32>,
    }

    impl Reader {
        fn new() -> Self {
            Self { parts: Parts::default(), reads: Cell::new(0) }
        }

        /// Of two thousand changes to a part.
        fn ask(&self, epoch: &str, after: Positions, through: Positions) -> Positions {
            let read = || {
                self.reads.set(self.reads.get() + 1);
                let o = through.o.min(after.o + 2_000);
                Some((Changes::default(), Positions { o, ..farthest(&after, &through) }))
            };
            self.parts.find_or_make(epoch, &after, &through, read).unwrap().reached
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_shares_what_one_of_it_needs() {
        let reader = Reader::new();
        for _ in 0..1_000 {
            assert_eq!(reader.ask("first", START, at(4_500)), at(2_000));
            assert_eq!(reader.ask("first", at(2_000), at(4_500)), at(4_000));
            assert_eq!(reader.ask("first", at(4_000), at(4_500)), at(4_500));
        }
        assert_eq!(reader.reads.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn full_parts_serve_whoever_begins_later_too_and_others_are_made_anew() {
        let reader = Reader::new();
        reader.ask("first", START, at(4_500));
        assert_eq!(reader.ask("first", START, at(4_600)), at(2_000));
        assert_eq!(reader.reads.get(), 1);
        assert_eq!(reader.ask("first", at(4_500), at(4_500)), at(4_500));
        assert_eq!(reader.ask("first", at(4_500), at(4_600)), at(4_600), "what leads nowhere is not told for ever");
        // Somebody who began before the others gets nothing beyond what it began with.
        assert_eq!(reader.ask("first", START, at(1_500)), at(1_500));
        assert_eq!(reader.reads.get(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_kept_for_long_nor_into_another_epoch() {
        let reader = Reader::new();
        reader.ask("first", START, at(9));
        reader.ask("second", START, at(9));
        assert_eq!(reader.reads.get(), 2);
        tokio::time::advance(KEPT).await;
        reader.ask("second", START, at(9));
        assert_eq!(reader.reads.get(), 2);
        tokio::time::advance(Duration::from_millis(1)).await;
        reader.ask("second", START, at(9));
        assert_eq!(reader.reads.get(), 3);
        tokio::time::advance(2 * KEPT).await;
        reader.parts.drop_old();
        assert!(reader.parts.at_hand().parts.is_empty());
    }

    #[test]
    fn where_another_epoch_has_begun_nothing_is_made() {
        assert!(Parts::default().find_or_make("first", &START, &at(9), || None).is_none());
    }
}
