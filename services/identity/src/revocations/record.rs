//! What is known of one service's changes.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use service_kit::Timestamp;
use token_verification::Subject;
use tokio::time::Instant;
use uuid::Uuid;

use crate::domain::change::{Change, News};

/// A message is under way no longer than this, or its connection counts as dead. What was heard by another connection is
/// contradicted only by what was certain for longer after it.
const UNDER_WAY_AT_MOST: Duration = Duration::from_secs(2);

/// The changes of one service, as far as they may still concern a token.
pub struct Record {
    /// In order, each with the time that its service told of it, be it ahead of ours.
    changes: VecDeque<(Change, Timestamp)>,
    /// The latest of `changes` that concerns an organization's plan, so that nobody who asks has to look through all of them.
    plans: HashMap<Uuid, i64>,
    /// The latest change ever heard that may concern any plan.
    any_plan: i64,
    /// Up to where everything is known; 0 until anything was heard.
    position: i64,
    /// Whether anything was heard.
    is_begun: bool,
    /// The highest position that anybody ever heard of in this epoch, and since when it is known here.
    highest: (i64, Instant),
    /// The highest position that a listener says it knows and that was not heard of here, and since when it says so.
    claimed: Option<(i64, Instant)>,
    /// What was certain before this is of another epoch.
    not_before: Option<Instant>,
    /// When `position` was the latest for certain; `None` before the first news were whole.
    certain: Option<Instant>,
    /// Stands for all that was forgotten before its time, at the position of the last of it.
    overflowed: Option<Change>,
}

/// Why news are not taken in: subscribe anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unheard {
    /// They come from a replica that lags, or were under way for long.
    Late,
    /// The service counts from lower than it did, or tells another change by a number that it gave before: its database was put
    /// back.
    Backwards,
    /// The service has for certain less than a listener knows: a database was put back before this process began.
    LessThanClaimed,
}

impl Record {
    /// Nothing is known but how far somebody has once heard.
    pub fn new(highest: i64, now: Instant) -> Self {
        Self {
            changes: VecDeque::new(),
            plans: HashMap::new(),
            any_plan: 0,
            position: 0,
            is_begun: false,
            highest: (highest, now),
            claimed: None,
            not_before: None,
            certain: None,
            overflowed: None,
        }
    }

    /// The same in another epoch, which has begun by `now`.
    pub fn of_epoch_begun_by(now: Instant) -> Self {
        Self { not_before: Some(now), ..Self::new(0, now) }
    }

    /// Up to where everything is known.
    pub const fn position(&self) -> i64 {
        self.position
    }

    /// The highest position that was ever heard of.
    pub const fn highest(&self) -> i64 {
        self.highest.0
    }

    /// A listener says that it knows this position. Whether it is so is seen by what the service tells later.
    pub fn claim(&mut self, position: i64, now: Instant) {
        let known = self.claimed.map_or(self.highest(), |(claimed, _)| claimed.max(self.highest()));
        if position > known {
            self.claimed = Some((position, now));
        }
    }

    /// How many changes are remembered.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// How long ago everything was known for certain.
    pub fn age(&self, now: Instant) -> Option<Duration> {
        self.certain.map(|certain| now.saturating_duration_since(certain))
    }

    /// Takes in what is new of it. Whoever subscribes anew is told again what is remembered, which changes nothing.
    pub fn hear(&mut self, news: News, now: Instant, today: Timestamp) -> Result<(), Unheard> {
        let certain = now.checked_sub(news.age).ok_or(Unheard::Late)?;
        if self.not_before.is_some_and(|begun| certain < begun) {
            return Err(Unheard::Late);
        }
        let (highest, since) = self.highest;
        if !news.has_more && news.position < highest {
            return Err(if certain > since + UNDER_WAY_AT_MOST { Unheard::Backwards } else { Unheard::Late });
        }
        if news.changes.iter().any(|change| self.contradicts(change)) {
            return Err(Unheard::Backwards);
        }
        if let Some((claimed, since)) = self.claimed
            && !news.has_more
        {
            if news.position >= claimed {
                self.claimed = None;
            } else if certain > since + UNDER_WAY_AT_MOST {
                return Err(Unheard::LessThanClaimed);
            }
        }
        for change in news.changes {
            if change.position > self.position {
                self.follow_upon(change.position - 1, today);
                let told_at = change.at;
                self.append(Change { at: change.at.min(today), ..change }, told_at);
            }
        }
        self.follow_upon(news.position, today);
        self.is_begun = true;
        if self.position > highest {
            self.highest = (self.position, now);
        }
        if !news.has_more {
            self.certain = self.certain.max(Some(certain));
        }
        Ok(())
    }

    /// What lies between was forgotten by its service before it was heard here: it may have been anything. Before the first
    /// news, it was too long ago to concern a token.
    fn follow_upon(&mut self, position: i64, today: Timestamp) {
        if position > self.position {
            if self.is_begun {
                self.append(Change { position, at: today, subject: Subject::All }, today);
            }
            self.position = position;
        }
    }

    /// Whether another change is remembered by this number. What concerns everything may stand for any.
    fn contradicts(&self, change: &Change) -> bool {
        let Ok(index) = self.changes.binary_search_by_key(&change.position, |(known, _)| known.position) else {
            return false;
        };
        let is_other = |(known, told_at): &(Change, Timestamp)| {
            known.subject != Subject::All && (&known.subject, told_at) != (&change.subject, &change.at)
        };
        change.subject != Subject::All && self.changes.get(index).is_some_and(is_other)
    }

    fn append(&mut self, change: Change, told_at: Timestamp) {
        self.position = change.position;
        self.is_begun = true;
        match &change.subject {
            Subject::Entitlement { organization_id } | Subject::OrganizationWidened { organization_id } => {
                self.plans.insert(*organization_id, change.position);
            }
            Subject::MembershipWidened { .. } => {}
            _ => self.any_plan = change.position,
        }
        self.changes.push_back((change, told_at));
    }

    /// Up to `limit` changes after one position and up to another, in order.
    pub fn range(&self, after: i64, through: i64, limit: usize) -> Vec<Change> {
        let overflowed = self.overflowed.iter().filter(|all| all.position > after);
        // All that was forgotten up to `through` is told at its end.
        let overflowed = overflowed.map(|all| Change { position: all.position.min(through), ..all.clone() });
        let first = self.changes.partition_point(|(change, _)| change.position <= after);
        let rest = self
            .changes
            .range(first..)
            .map(|(change, _)| change)
            .take_while(|change| change.position <= through)
            .cloned();
        overflowed.filter(|all| all.position > after).chain(rest).take(limit).collect()
    }

    /// Whether a change after this position concerns the plan of this organization.
    pub fn has_plan_changed_after(&self, position: i64, organization: Uuid) -> bool {
        let is_forgotten = self.overflowed.as_ref().is_some_and(|all| all.position > position);
        is_forgotten || self.any_plan > position || self.plans.get(&organization).is_some_and(|last| *last > position)
    }

    /// Forgets what no token is old enough to be concerned by.
    pub fn forget(&mut self, older_than: Timestamp) {
        while self.changes.front().is_some_and(|(change, _)| change.at < older_than) {
            self.pop_first();
        }
        if self.overflowed.as_ref().is_some_and(|all| all.at < older_than) {
            self.overflowed = None;
        }
    }

    fn pop_first(&mut self) -> Option<Change> {
        let (change, _) = self.changes.pop_front()?;
        if let Subject::Entitlement { organization_id } | Subject::OrganizationWidened { organization_id } =
            &change.subject
            && self.plans.get(organization_id) == Some(&change.position)
        {
            self.plans.remove(organization_id);
        }
        Some(change)
    }

    /// Forgets the oldest change before its time.
    pub fn forget_first(&mut self) {
        let first = self.pop_first();
        self.overflowed = first.map(|change| Change { subject: Subject::All, ..change }).or(self.overflowed.take());
    }
}

#[cfg(test)]
mod tests;
