//! What a payment provider says of an organization, and what follows from it here.

use service_kit::Timestamp;

use crate::domain::{Period, PlanVersion, ProviderKind, Status, StripeCustomer, Subscription, SubscriptionId};

/// Everything that counts at a provider, as it was read at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Running ones and those that have ended.
    pub subscriptions: Vec<SaidSubscription>,
    /// What was paid for, or cost nothing.
    pub paid: Vec<PaidLine>,
    /// Whether more was paid for, so long ago that it was not read.
    pub has_older: bool,
}

/// A subscription as the provider has it. Prices are the provider's ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidSubscription {
    pub provider_id: String,
    pub status: Status,
    /// What the next period costs, and this one unless it is said otherwise.
    pub price: String,
    /// What was paid for the running period, when the next is on another price by our own doing.
    pub paid_price: Option<String>,
    pub trial_ends: Option<Timestamp>,
    pub anchor: Timestamp,
    pub period: Period,
    pub cancel_at_period_end: bool,
    pub created: Timestamp,
    pub ended: Option<Timestamp>,
}

/// A line of an invoice that was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidLine {
    /// The subscription's id at the provider.
    pub provider_id: String,
    pub price: String,
    /// In the currency's smallest unit; below 0 where a change gives something back.
    pub amount: i64,
    /// The place of its invoice among those that were paid, the oldest first.
    pub invoice: usize,
    /// Whether it is for a whole period, rather than settling a change within one.
    pub is_period: bool,
    /// Whether its invoice began the subscription or renewed it: such a period begins where the one before it was over.
    pub is_regular: bool,
    pub start: Timestamp,
    pub end: Timestamp,
}

/// The plans that a subscription's prices stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidPlans {
    /// What counts in the running period.
    pub plan: PlanVersion,
    /// What counts after it, when that is another.
    pub pending: Option<PlanVersion>,
}

impl Said {
    /// The one subscription that counts among those that run: one that gives something rather than one that does not, then
    /// the one that counted before, then the oldest.
    pub fn running(&self, before: Option<&str>) -> Option<&SaidSubscription> {
        let running = self.subscriptions.iter().filter(|said| said.ended.is_none());
        running.min_by_key(|said| {
            let is_other = before != Some(said.provider_id.as_str());
            (!said.status.counts(), is_other, said.created, &said.provider_id)
        })
    }

    /// Those that run beside the one that counts: each would be paid for without giving anything. One whose first payment
    /// is outstanding goes away by itself.
    pub fn surplus<'said>(&'said self, counting: &'said str) -> impl Iterator<Item = &'said SaidSubscription> {
        let runs = |said: &&SaidSubscription| said.ended.is_none() && said.status != Status::Incomplete;
        self.subscriptions.iter().filter(runs).filter(move |said| said.provider_id != counting)
    }
}

impl SaidSubscription {
    /// The subscription here that follows from it: a new one under this id, or the one from before as it is now.
    pub fn becomes(
        &self,
        customer: &StripeCustomer,
        plans: SaidPlans,
        before: Option<&Subscription>,
        new_id: impl FnOnce() -> SubscriptionId,
    ) -> Subscription {
        // A change for the period's end may make the provider begin the period anew; for us it goes on.
        let start = match before {
            Some(before) if plans.pending.is_some() && before.period.end == self.period.end => before.period.start,
            _ => self.period.start,
        };
        let goes_on = before.filter(|before| before.period.start == start);
        Subscription {
            id: before.map_or_else(new_id, |before| before.id),
            organization_id: customer.organization_id,
            provider: ProviderKind::Stripe,
            provider_id: Some(self.provider_id.clone()),
            is_live: Some(customer.is_live),
            plan: plans.plan,
            status: if self.ended.is_some() { Status::Canceled } else { self.status },
            trial_ends: self.trial_ends,
            anchor: self.anchor,
            period: Period { start, end: self.period.end },
            cancel_at_period_end: self.cancel_at_period_end && self.ended.is_none(),
            pending: plans.pending.filter(|_| !self.cancel_at_period_end && self.ended.is_none()),
            period_credits: goes_on.map_or(0, |before| before.period_credits),
            created: self.created,
            ended: self.ended,
            ended_here: before.is_some_and(|before| before.ended_here),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(provider_id: &str, status: Status, created: i64) -> SaidSubscription {
        let at = Timestamp::from_millis;
        SaidSubscription {
            provider_id: provider_id.to_owned(),
            status,
            price: "price".to_owned(),
            paid_price: None,
            trial_ends: None,
            anchor: at(created),
            period: Period { start: at(created), end: Some(at(created + 10)) },
            cancel_at_period_end: false,
            created: at(created),
            ended: (status == Status::Canceled).then(|| at(created + 5)),
        }
    }

    fn counting(subscriptions: &[SaidSubscription], before: Option<&str>) -> Option<String> {
        let said = Said { subscriptions: subscriptions.to_vec(), ..Said::default() };
        said.running(before).map(|said| said.provider_id.clone())
    }

    #[test]
    fn what_counted_goes_on_counting_unless_it_gives_nothing_any_more() {
        let (old, new) = (said("old", Status::Active, 1), said("new", Status::Active, 2));
        assert_eq!(counting(&[new.clone(), old.clone()], None).as_deref(), Some("old"));
        assert_eq!(counting(&[old, new.clone()], Some("new")).as_deref(), Some("new"));
        let unpaid = said("unpaid", Status::Unpaid, 1);
        assert_eq!(counting(&[unpaid.clone(), new], Some("unpaid")).as_deref(), Some("new"));
        assert_eq!(counting(&[unpaid], None).as_deref(), Some("unpaid"));
        assert_eq!(counting(&[said("over", Status::Canceled, 1)], Some("over")), None);
    }

    #[test]
    fn all_that_run_beside_the_one_that_counts_are_too_many() {
        let subscriptions = vec![
            said("counts", Status::Active, 1),
            said("second", Status::PastDue, 2),
            said("outstanding", Status::Incomplete, 3),
            said("over", Status::Canceled, 4),
        ];
        let said = Said { subscriptions, ..Said::default() };
        let surplus: Vec<&str> = said.surplus("counts").map(|said| said.provider_id.as_str()).collect();
        assert_eq!(surplus, ["second"]);
    }
}
