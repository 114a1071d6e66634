//! Which of the plans that identity has seen have changed since.

use std::collections::BTreeMap;

use token_verification::Subject;
use uuid::Uuid;

use crate::domain::change::News;

/// Plans that may wait to be forgotten, while identity's database is away; of more, all are.
const MOST: usize = 10_000;

/// What billing told of plans, until it is forgotten that they were seen. The feed remembers a change only for as long as it may
/// concern a token; a plan that was seen stays until then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outdated {
    /// Organization to the latest position of its plan; in order, so that replicas that forget at once lock rows alike.
    pub plans: BTreeMap<Uuid, i64>,
    /// Whatever was seen before this position may have changed.
    pub all_before: i64,
    /// Up to where billing was heard.
    pub through: i64,
}

impl Outdated {
    /// Nothing is outdated up to this position.
    pub fn since(through: i64) -> Self {
        Self { through, ..Self::default() }
    }

    /// Takes in what billing tells, some of it for the second time perhaps.
    pub fn hear(&mut self, news: &News) {
        for change in news.changes.iter().filter(|change| change.position > self.through).collect::<Vec<_>>() {
            self.miss(change.position - 1);
            self.through = change.position;
            match change.subject {
                // A plan that grew is another one as well.
                Subject::Entitlement { organization_id } | Subject::OrganizationWidened { organization_id } => {
                    self.plans.insert(organization_id, change.position);
                }
                Subject::MembershipWidened { .. } => {}
                _ => self.forget_all(),
            }
            if self.plans.len() > MOST {
                self.forget_all();
            }
        }
        self.miss(news.position);
    }

    /// What lies between was forgotten by billing before it was heard here.
    fn miss(&mut self, position: i64) {
        if position > self.through {
            self.through = position;
            self.forget_all();
        }
    }

    fn forget_all(&mut self) {
        self.plans.clear();
        self.all_before = self.through;
    }

    /// What is to be forgotten now, of this many organizations at most; nothing is left of it here.
    pub fn take(&mut self, most: usize) -> Self {
        let rest = match self.plans.keys().nth(most).copied() {
            Some(first) => self.plans.split_off(&first),
            None => BTreeMap::new(),
        };
        let rest = Self { plans: rest, ..Self::since(self.through) };
        std::mem::replace(self, rest)
    }

    /// Whether an organization's plan that was seen at this position is to be forgotten.
    pub fn is_outdated(&self, organization: Uuid, seen_at: i64) -> bool {
        seen_at < self.all_before || self.plans.get(&organization).is_some_and(|changed| seen_at < *changed)
    }

    /// Whether there is anything to be forgotten.
    pub fn is_empty(&self) -> bool {
        self.plans.is_empty() && self.all_before == 0
    }

    /// Takes back what could not be forgotten yet.
    pub fn put_back(&mut self, earlier: Self) {
        for (organization, position) in earlier.plans {
            self.plans.entry(organization).or_insert(position);
        }
        self.all_before = self.all_before.max(earlier.all_before);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use service_kit::Timestamp;

    use super::*;
    use crate::domain::change::Change;

    fn news(plans: &[(i64, u128)], position: i64) -> News {
        let change = |&(position, organization): &(i64, u128)| Change {
            position,
            at: Timestamp::from_millis(0),
            subject: Subject::Entitlement { organization_id: Uuid::from_u128(organization) },
        };
        News { changes: plans.iter().map(change).collect(), position, age: Duration::ZERO, has_more: false }
    }

    #[test]
    fn a_plan_is_outdated_from_its_latest_change_on_and_told_once() {
        let mut outdated = Outdated::since(4);
        outdated.hear(&news(&[(3, 1), (4, 2), (5, 1), (6, 3), (7, 1)], 7));
        let taken = outdated.take(MOST);
        assert_eq!(taken.plans, BTreeMap::from([(Uuid::from_u128(1), 7), (Uuid::from_u128(3), 6)]));
        assert_eq!(taken.all_before, 0);
        outdated.hear(&news(&[(5, 1), (6, 3), (7, 1)], 7));
        assert!(outdated.is_empty());
        outdated.hear(&news(&[(8, 3)], 8));
        outdated.put_back(taken);
        assert_eq!(outdated.plans, BTreeMap::from([(Uuid::from_u128(1), 7), (Uuid::from_u128(3), 8)]));
    }

    #[test]
    fn what_waits_is_taken_in_parts() {
        let mut outdated = Outdated::since(0);
        outdated.hear(&news(&[(1, 1), (2, 2), (3, 3)], 3));
        let parts = [(); 3].map(|()| outdated.take(2).plans.into_values().collect::<Vec<_>>());
        assert_eq!(parts, [vec![1, 2], vec![3], vec![]]);
        assert!(outdated.is_empty());
    }

    #[test]
    fn what_was_missed_may_be_anybodys() {
        let mut outdated = Outdated::since(4);
        outdated.hear(&news(&[(6, 1)], 6));
        assert_eq!((outdated.all_before, outdated.plans.len()), (5, 1));
        outdated.hear(&news(&[], 9));
        assert_eq!((outdated.all_before, outdated.plans.len()), (9, 0));
    }

    #[test]
    fn a_plan_that_grew_is_outdated_alone() {
        let (acme, alice) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at = Timestamp::from_millis(0);
        let changes = vec![
            Change { position: 5, at, subject: Subject::OrganizationWidened { organization_id: acme } },
            Change { position: 6, at, subject: Subject::MembershipWidened { user_id: alice, organization_id: acme } },
        ];
        let mut outdated = Outdated::since(4);
        outdated.hear(&News { changes, position: 6, age: Duration::ZERO, has_more: false });
        assert!(outdated.is_outdated(acme, 4) && !outdated.is_outdated(acme, 5));
        assert!(!outdated.is_outdated(Uuid::from_u128(3), 1), "nobody else's plan has changed");
        assert_eq!(outdated.through, 6);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut outdated = Outdated::since(0);
        let many: Vec<_> =
            (1..=i64::try_from(MOST).unwrap_or(0) + 1).map(|position| (position, position as u128)).collect();
        outdated.hear(&news(&many, 10_001));
        assert_eq!((outdated.all_before, outdated.plans.len()), (10_001, 0));
    }
}
