//! What is known of the changes of all services.

use std::time::Duration;

use service_kit::Timestamp;
use token_verification::{OwningService, Positions};
use tokio::time::Instant;
use uuid::Uuid;

use super::record::{Record, Unheard};
use crate::domain::change::{Change, News};
use crate::domain::entitlement::SinceSeen;

/// Changes of all services that are remembered at most; a change takes about a hundred bytes.
const MOST: usize = 600_000;
/// Changes of each service in one message.
const LARGEST: usize = 2_000;
/// What a service that was never heard counts as, in age: more than verifiers go on with.
const NEVER_HEARD: Duration = Duration::from_secs(6);

/// The changes of the last while.
pub struct Memory {
    identity: Record,
    organizations: Record,
    billing: Record,
}

impl Memory {
    /// Nothing is known but how far somebody has once heard in this epoch.
    pub fn new(highest: &Positions, now: Instant) -> Self {
        let of = |service| Record::new(highest.of(service), now);
        Self {
            identity: of(OwningService::Identity),
            organizations: of(OwningService::Organizations),
            billing: of(OwningService::Billing),
        }
    }

    /// Nothing is known of an epoch that has begun by `now`.
    pub fn of_epoch_begun_by(now: Instant) -> Self {
        let begun = || Record::of_epoch_begun_by(now);
        Self { identity: begun(), organizations: begun(), billing: begun() }
    }

    /// Takes in what a service tells.
    pub fn hear(&mut self, service: OwningService, news: News, now: Instant, today: Timestamp) -> Result<(), Unheard> {
        self.record_mut(service).hear(news, now, today)?;
        while self.records().iter().map(|record| record.len()).sum::<usize>() > MOST {
            let longest = OwningService::ALL.into_iter().max_by_key(|service| self.record(*service).len());
            self.record_mut(longest.unwrap_or(service)).forget_first();
        }
        Ok(())
    }

    /// A listener says that it knows this much.
    pub fn claim(&mut self, positions: &Positions, now: Instant) {
        for service in OwningService::ALL {
            self.record_mut(service).claim(positions.of(service), now);
        }
    }

    /// Forgets what is older.
    pub fn forget(&mut self, older_than: Timestamp) {
        for service in OwningService::ALL {
            self.record_mut(service).forget(older_than);
        }
    }

    /// Up to where each service is known.
    pub fn positions(&self) -> Positions {
        self.of_each(Record::position)
    }

    /// The highest position of each service that was ever heard of.
    pub fn highest(&self) -> Positions {
        self.of_each(Record::highest)
    }

    /// How long ago the service that was not heard for longest was known for certain.
    pub fn silence(&self, now: Instant) -> Duration {
        let ages = self.records().map(|record| record.age(now).unwrap_or(NEVER_HEARD));
        ages.into_iter().max().unwrap_or_default()
    }

    /// The first changes after one point and up to another, as many as fit into a message, and up to where they lead.
    pub fn range(&self, after: &Positions, through: &Positions) -> ([Vec<Change>; 3], Positions) {
        let changes = OwningService::ALL
            .map(|service| self.record(service).range(after.of(service), through.of(service), LARGEST));
        let reached = |service: OwningService, changes: &[Change]| match changes.last() {
            Some(last) if changes.len() == LARGEST => last.position,
            _ => through.of(service).max(after.of(service)),
        };
        let [identity, organizations, billing] = &changes;
        let reached = Positions {
            i: reached(OwningService::Identity, identity),
            o: reached(OwningService::Organizations, organizations),
            b: reached(OwningService::Billing, billing),
        };
        (changes, reached)
    }

    /// What is known of an organization's plan that was seen at this position of billing.
    pub fn plan_since(&self, organization: Uuid, seen_at: i64) -> SinceSeen {
        match self.billing.position() {
            0 => SinceSeen::Unheard,
            heard if self.billing.has_plan_changed_after(seen_at, organization) => SinceSeen::Changed(heard),
            heard => SinceSeen::Unchanged(heard),
        }
    }

    fn of_each(&self, number: impl Fn(&Record) -> i64) -> Positions {
        Positions { i: number(&self.identity), o: number(&self.organizations), b: number(&self.billing) }
    }

    const fn records(&self) -> [&Record; 3] {
        [&self.identity, &self.organizations, &self.billing]
    }

    const fn record(&self, service: OwningService) -> &Record {
        match service {
            OwningService::Identity => &self.identity,
            OwningService::Organizations => &self.organizations,
            OwningService::Billing => &self.billing,
        }
    }

    const fn record_mut(&mut self, service: OwningService) -> &mut Record {
        match service {
            OwningService::Identity => &mut self.identity,
            OwningService::Organizations => &mut self.organizations,
            OwningService::Billing => &mut self.billing,
        }
    }
}

#[cfg(test)]
mod tests {
    use token_verification::Subject;

    use super::*;

    #[test]
    fn a_plan_that_grew_is_no_news_of_anybody_elses() {
        let (acme, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (now, at) = (Instant::now(), Timestamp::from_millis(0));
        let changes = vec![Change { position: 5, at, subject: Subject::OrganizationWidened { organization_id: acme } }];
        let mut memory = Memory::new(&Positions::default(), now);
        let news = News { changes, position: 5, age: Duration::ZERO, has_more: false };
        memory.hear(OwningService::Billing, news, now, at).unwrap();
        assert_eq!(memory.plan_since(acme, 5), SinceSeen::Unchanged(5));
        assert_eq!(memory.plan_since(acme, 4), SinceSeen::Changed(5));
        assert_eq!(memory.plan_since(other, 4), SinceSeen::Unchanged(5));
    }
}
