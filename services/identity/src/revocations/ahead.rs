//! Listeners that know more than is known here. After identity was killed and its database put back, nobody else could tell: its
//! own numbers and the note of the others' went back with it.

use std::time::Duration;

use token_verification::ResumePoint;
use tokio::time::Instant;

use super::State;
use crate::domain::epoch::began_after;

/// A replica reads of another epoch this late at most; a listener that heard of it from another replica is no reason for one more.
const READ_WITHIN: Duration = Duration::from_secs(2);
/// What listeners say begins another epoch no more often than this, as each costs everybody a refresh.
const EPOCH_EVERY: Duration = Duration::from_secs(600);
const LOG_EVERY: Duration = Duration::from_secs(60);

/// What was heard of them.
#[derive(Default)]
pub struct Ahead {
    /// A later epoch than the present one, and since when somebody knows it.
    later_epoch: Option<(String, Instant)>,
    /// When an epoch was last left because of what somebody said.
    left: Option<Instant>,
    logged: Option<Instant>,
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A service of the deployment, which is believed.
    Service,
    /// A program outside of it, which is not: everybody would pay for what it makes up.
    Outside,
}

impl Ahead {
    /// Whether the present epoch must be left for a later one that somebody knows.
    fn is_in_a_former_epoch(&self, present: &str, now: Instant) -> bool {
        let later = self.later_epoch.as_ref();
        later.is_some_and(|(name, since)| now > *since + READ_WITHIN && began_after(name, present))
    }

    fn may_leave(&self, now: Instant) -> bool {
        self.left.is_none_or(|left| now >= left + EPOCH_EVERY)
    }
}

impl State {
    /// Takes notice of where somebody goes on from, if it lies beyond what is known here.
    pub(super) fn note_resumption(&mut self, from: &ResumePoint, source: Source, now: Instant) {
        let is_believed = source == Source::Service && self.ahead.may_leave(now);
        let is_ahead = if from.epoch == self.epoch {
            // Usual for a moment after a start, when not everything was heard yet.
            let is_ahead = !self.memory.positions().reach(&from.positions);
            if is_believed {
                self.memory.claim(&from.positions, now);
            }
            is_ahead
        } else {
            let is_later = began_after(&from.epoch, &self.epoch);
            if is_later && is_believed && self.ahead.later_epoch.as_ref().is_none_or(|(known, _)| *known != from.epoch)
            {
                self.ahead.later_epoch = Some((from.epoch.clone(), now));
            }
            is_later
        };
        let is_due = self.ahead.logged.is_none_or(|logged| now >= logged + LOG_EVERY);
        if is_ahead && is_due && self.is_everything_heard(now) {
            self.ahead.logged = Some(now);
            tracing::warn!(
                ?source,
                is_believed,
                "a listener knows more than is known here; if that stays so, a database was put back: a service's word begins another \
                 epoch, anybody else's does not (`guildhall epoch renew` does)"
            );
        }
    }

    /// Notes that an epoch is left because of what somebody said.
    pub(super) fn note_leaving(&mut self, now: Instant) {
        self.ahead.left = Some(now);
    }

    /// Leaves the present epoch when somebody knows a later one for longer than a replica needs to read of it.
    pub(super) fn leave_a_former_epoch(&mut self, now: Instant) {
        if self.ahead.is_in_a_former_epoch(&self.epoch, now) && self.ahead.may_leave(now) {
            self.is_epoch_over = true;
            self.note_leaving(now);
        }
    }

    /// Another epoch has begun.
    pub(super) fn forget_claims(&mut self) {
        self.ahead.later_epoch = None;
    }

    /// After a start others know more for a moment.
    fn is_everything_heard(&self, now: Instant) -> bool {
        self.memory.silence(now) < Duration::from_secs(5)
    }
}
