//! An organization's subscription, and how it stands at an instant.
//!
//! The built-in provider takes no payment: a trial passes over into paid periods and each period into
//! the next by itself, so standing is computed from what was granted and never goes out of date.

use std::time::Duration;

use service_kit::Timestamp;

use crate::domain::calendar::{months_after, pages_between};
use crate::domain::{OrganizationId, Plan, SubscriptionId};

const DAY: Duration = Duration::from_secs(86_400);

/// A plan that an organization was put on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub organization_id: OrganizationId,
    /// The plan as it was when it was taken.
    pub plan: Plan,
    pub trial_ends: Option<Timestamp>,
    pub created: Timestamp,
}

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Trialing,
    Active,
}

/// What a subscription gives at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitled {
    pub status: Status,
    pub plan: Plan,
    /// `None` when the length of periods is a matter of agreement.
    pub current_period_end: Option<Timestamp>,
    pub trial_ends: Option<Timestamp>,
}

impl Subscription {
    /// Puts an organization on a plan, its trial first.
    pub fn granted(id: SubscriptionId, organization_id: OrganizationId, plan: Plan, now: Timestamp) -> Self {
        let trial_ends = (plan.trial_days > 0).then(|| now.plus(DAY * plan.trial_days));
        Self { id, organization_id, plan, trial_ends, created: now }
    }

    /// How it stands at this instant.
    pub fn at(self, now: Timestamp) -> Entitled {
        let (status, current_period_end) = match self.trial_ends {
            Some(trial_ends) if now < trial_ends => (Status::Trialing, Some(trial_ends)),
            _ => (Status::Active, self.period_end_after(now)),
        };
        Entitled { status, plan: self.plan, current_period_end, trial_ends: self.trial_ends }
    }

    /// The first end of a period later than `now`, each counted from the first day, so that one short
    /// month does not shift all later ones.
    fn period_end_after(&self, now: Timestamp) -> Option<Timestamp> {
        let first_day = self.trial_ends.unwrap_or(self.created);
        let months = self.plan.months_per_period()?;
        let mut periods = pages_between(first_day, now)?.max(0) / months;
        loop {
            let end = months_after(first_day, periods.checked_mul(months)?)?;
            if end > now {
                return Some(end);
            }
            periods += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Id;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{Interval, PlanType};

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    fn granted(interval: Interval, interval_count: i32, trial_days: u32, on: &str) -> Subscription {
        let plan = Plan {
            code: "pro".to_owned(),
            name: "Pro".to_owned(),
            description: None,
            price_cents: 900,
            currency: "usd".to_owned(),
            interval,
            interval_count,
            trial_days,
            features: Vec::new(),
            plan_type: PlanType::SelfService,
            credits_amount: 0,
            contact_url: None,
            display_order: 0,
        };
        Subscription::granted(Id::from(Uuid::nil()), Id::from(Uuid::nil()), plan, at(on))
    }

    fn standing(subscription: &Subscription, now: &str) -> (Status, Option<Timestamp>) {
        let entitled = subscription.clone().at(at(now));
        (entitled.status, entitled.current_period_end)
    }

    #[test]
    fn a_period_ends_after_its_months_and_the_next_begins() {
        let monthly = granted(Interval::Monthly, 1, 0, "2026-01-31T12:00:00Z");
        let end_of = |text| (Status::Active, Some(at(text)));
        assert_eq!(standing(&monthly, "2026-01-31T12:00:00Z"), end_of("2026-02-28T12:00:00Z"));
        assert_eq!(standing(&monthly, "2026-02-28T11:59:59Z"), end_of("2026-02-28T12:00:00Z"));
        assert_eq!(standing(&monthly, "2026-02-28T12:00:00Z"), end_of("2026-03-31T12:00:00Z"));
        assert_eq!(standing(&monthly, "2031-05-01T00:00:00Z"), end_of("2031-05-31T12:00:00Z"));

        let quarterly = granted(Interval::Monthly, 3, 0, "2026-01-15T00:00:00Z");
        assert_eq!(standing(&quarterly, "2026-09-01T00:00:00Z"), end_of("2026-10-15T00:00:00Z"));

        let yearly = granted(Interval::Yearly, 1, 0, "2024-02-29T00:00:00Z");
        assert_eq!(standing(&yearly, "2024-03-01T00:00:00Z"), end_of("2025-02-28T00:00:00Z"));
        assert_eq!(standing(&yearly, "2027-06-01T00:00:00Z"), end_of("2028-02-29T00:00:00Z"));
    }

    #[test]
    fn a_trial_comes_first_and_paid_periods_count_from_its_end() {
        let subscription = granted(Interval::Monthly, 1, 14, "2026-01-01T00:00:00Z");
        let trial_end = Some(at("2026-01-15T00:00:00Z"));
        assert_eq!(standing(&subscription, "2026-01-14T23:59:59Z"), (Status::Trialing, trial_end));
        let first_end = Some(at("2026-02-15T00:00:00Z"));
        assert_eq!(standing(&subscription, "2026-01-15T00:00:00Z"), (Status::Active, first_end));
    }

    #[test]
    fn a_plan_by_agreement_has_no_end_of_period() {
        let subscription = granted(Interval::Custom, 1, 0, "2026-01-01T00:00:00Z");
        assert_eq!(standing(&subscription, "2030-01-01T00:00:00Z"), (Status::Active, None));
    }
}
