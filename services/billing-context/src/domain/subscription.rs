//! An organization's subscription: what it is on, for how long, and what people may do to it.
//!
//! Every change takes a subscription whose due periods have been turned (`turned`), and gives the next state.

use std::time::Duration;

use service_kit::Timestamp;

use crate::domain::calendar::{months_after, pages_between};
use crate::domain::{OrganizationId, Plan, PlanVersion, SubscriptionId, SubscriptionRefusal, When};

const DAY: Duration = Duration::from_secs(86_400);

/// What an organization is subscribed to, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub organization_id: OrganizationId,
    /// Who looks after it.
    pub provider: ProviderKind,
    /// Its id there; `None` with the built-in provider.
    pub provider_id: Option<String>,
    /// Whether real money moves there; `None` with the built-in provider, which counts whatever the mode.
    pub is_live: Option<bool>,
    /// The plan as it was when it was taken.
    pub plan: PlanVersion,
    pub status: Status,
    pub trial_ends: Option<Timestamp>,
    /// Periods are counted from here, so that one short month does not shift all later ones.
    pub anchor: Timestamp,
    pub period: Period,
    pub cancel_at_period_end: bool,
    /// The plan from the end of the period on, when it is another.
    pub pending: Option<PlanVersion>,
    /// Credits that the running period has given.
    pub period_credits: i64,
    pub created: Timestamp,
    pub ended: Option<Timestamp>,
    /// Whether it was ended here on purpose, whatever its provider has of it: it does not begin to count again, and is ended
    /// there wherever it is found running.
    pub ended_here: bool,
}

/// Who looks after a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// The built-in one, which takes no payment.
    Manual,
    Stripe,
}

impl ProviderKind {
    pub const ALL: [Self; 2] = [Self::Manual, Self::Stripe];

    /// The word that columns and logs use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Stripe => "stripe",
        }
    }
}

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Trialing,
    Active,
    /// A payment is late; it still counts.
    PastDue,
    Canceled,
    /// Payment failed for good.
    Unpaid,
    /// The first payment is outstanding.
    Incomplete,
}

impl Status {
    pub const ALL: [Self; 6] =
        [Self::Trialing, Self::Active, Self::PastDue, Self::Canceled, Self::Unpaid, Self::Incomplete];

    /// The word that columns, logs and answers use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trialing => "trialing",
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Canceled => "canceled",
            Self::Unpaid => "unpaid",
            Self::Incomplete => "incomplete",
        }
    }

    /// Whether the plan's features are there.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Trialing | Self::Active | Self::PastDue)
    }
}

/// A stretch of time that is paid at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub start: Timestamp,
    /// `None` when the length of periods is a matter of agreement.
    pub end: Option<Timestamp>,
}

impl Subscription {
    /// Puts an organization on a plan with the built-in provider, its trial first.
    pub fn granted(
        id: SubscriptionId,
        organization_id: OrganizationId,
        plan: PlanVersion,
        trial_days: u32,
        now: Timestamp,
    ) -> Self {
        let trial_ends = (trial_days > 0).then(|| now.plus(DAY * trial_days));
        let (status, anchor, end) = match trial_ends {
            Some(trial_ends) => (Status::Trialing, trial_ends, Some(trial_ends)),
            None => (Status::Active, now, period_end_after(now, &plan.terms, now)),
        };
        Self {
            id,
            organization_id,
            provider: ProviderKind::Manual,
            provider_id: None,
            is_live: None,
            plan,
            status,
            trial_ends,
            anchor,
            period: Period { start: now, end },
            cancel_at_period_end: false,
            pending: None,
            period_credits: 0,
            created: now,
            ended: None,
            ended_here: false,
        }
    }

    /// Whether it counts in a deployment of this mode: what was bought in the other one gives nothing here.
    pub fn counts_in(&self, is_live: bool) -> bool {
        self.is_live.is_none_or(|mode| mode == is_live)
    }

    /// Whether its period is over and nobody but us turns it.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.provider == ProviderKind::Manual && self.ended.is_none() && self.period.end.is_some_and(|end| end <= now)
    }

    /// What it is after the end of the running period: ended, or in the next one. To be asked again until nothing is due.
    #[must_use]
    pub fn turned(self, now: Timestamp) -> Self {
        let Some(end) = self.period.end.filter(|_| self.is_due(now)) else { return self };
        if self.cancel_at_period_end {
            return self.ended_at(end);
        }
        let plan = self.pending.unwrap_or_else(|| self.plan.clone());
        let keeps_rhythm = plan.terms.months_per_period() == self.plan.terms.months_per_period();
        let anchor = if keeps_rhythm { self.anchor } else { end };
        Self {
            status: if self.status == Status::Trialing { Status::Active } else { self.status },
            anchor,
            period: Period { start: end, end: period_end_after(anchor, &plan.terms, end) },
            plan,
            pending: None,
            period_credits: 0,
            ..self
        }
    }

    /// Moves on to another plan: at once when it is worth as much or more, else when the period is over, unless it is
    /// said when. A change that was planned before is forgotten.
    pub fn change(self, plan: PlanVersion, when: Option<When>, now: Timestamp) -> Result<Self, SubscriptionRefusal> {
        let can_wait = self.period.end.is_some();
        let by_worth = || {
            let is_up = self.plan.terms.is_matched_by(&plan.terms);
            if is_up || !can_wait { When::Now } else { When::AtPeriodEnd }
        };
        if self.plan == plan {
            return Ok(Self { pending: None, ..self });
        }
        match when.unwrap_or_else(by_worth) {
            When::Now => Ok(self.change_now(plan, now)),
            When::AtPeriodEnd if !can_wait => Err(SubscriptionRefusal::NoPeriodEnd),
            When::AtPeriodEnd if self.cancel_at_period_end => Err(SubscriptionRefusal::EndsWithPeriod),
            When::AtPeriodEnd => Ok(Self { pending: Some(plan), ..self }),
        }
    }

    /// A trial stays the trial that it is; a period stays when the new plan's are as long, else one begins. What the period
    /// that is broken off has given counts for the new one, so that changing back and forth gives nothing more.
    fn change_now(self, plan: PlanVersion, now: Timestamp) -> Self {
        let keeps_rhythm = plan.terms.months_per_period() == self.plan.terms.months_per_period();
        if keeps_rhythm || self.status == Status::Trialing {
            return Self { plan, pending: None, ..self };
        }
        let period = Period { start: now, end: period_end_after(now, &plan.terms, now) };
        Self { plan, pending: None, anchor: now, period, ..self }
    }

    /// Ends it, now or with the running period.
    pub fn cancel(self, when: When, now: Timestamp) -> Result<Self, SubscriptionRefusal> {
        match when {
            When::Now => Ok(self.ended_at(now)),
            When::AtPeriodEnd if self.period.end.is_none() => Err(SubscriptionRefusal::NoPeriodEnd),
            When::AtPeriodEnd => Ok(Self { cancel_at_period_end: true, pending: None, ..self }),
        }
    }

    /// Lets it go on after the running period after all.
    #[must_use]
    pub fn reactivate(self) -> Self {
        Self { cancel_at_period_end: false, ..self }
    }

    /// A payment is late. A trial owes nothing yet.
    pub fn mark_past_due(self) -> Result<Self, SubscriptionRefusal> {
        match self.status {
            Status::Active | Status::PastDue => Ok(Self { status: Status::PastDue, ..self }),
            _ => Err(SubscriptionRefusal::OwesNothing),
        }
    }

    /// The late payment has come.
    pub fn mark_paid(self) -> Result<Self, SubscriptionRefusal> {
        match self.status {
            Status::Active | Status::PastDue => Ok(Self { status: Status::Active, ..self }),
            _ => Err(SubscriptionRefusal::OwesNothing),
        }
    }

    /// Over, as of this instant.
    #[must_use]
    pub fn ended_at(self, end: Timestamp) -> Self {
        Self { status: Status::Canceled, cancel_at_period_end: false, pending: None, ended: Some(end), ..self }
    }

    /// Over as of this instant because somebody here said so.
    #[must_use]
    pub fn ended_here_at(self, end: Timestamp) -> Self {
        Self { ended_here: true, ..self.ended_at(end) }
    }

    /// Credits that the running period still has to give: what its plan gives, less what it has given. So a period gives no
    /// more than the largest plan that it was on, whatever is changed back and forth. Nothing while a payment is late.
    pub const fn credits_due(&self) -> i64 {
        let is_in_order = matches!(self.status, Status::Trialing | Status::Active) && self.ended.is_none();
        if !is_in_order || self.plan.terms.credits_amount <= self.period_credits {
            return 0;
        }
        self.plan.terms.credits_amount - self.period_credits
    }

    /// Whether it is on these terms with nothing else planned.
    pub fn is_simply_on(&self, plan: &PlanVersion) -> bool {
        self.plan == *plan && self.pending.is_none() && !self.cancel_at_period_end && self.status.counts()
    }

    /// How it stands at this instant, whether or not its periods have been turned yet.
    pub fn at(self, now: Timestamp) -> Entitled {
        let mut subscription = self;
        while subscription.is_due(now) {
            subscription = subscription.turned(now);
        }
        subscription.standing()
    }

    /// How it stands by what is written.
    pub fn standing(&self) -> Entitled {
        Entitled {
            status: self.status,
            plan: self.plan.terms.clone(),
            current_period_end: self.ended.or(self.period.end),
            cancel_at_period_end: self.cancel_at_period_end,
            pending_plan_code: self.pending.as_ref().map(|pending| pending.terms.code.clone()),
            trial_ends: self.trial_ends,
        }
    }
}

/// What a subscription gives at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitled {
    pub status: Status,
    pub plan: Plan,
    /// When it ended, if it has. `None` when the length of periods is a matter of agreement.
    pub current_period_end: Option<Timestamp>,
    pub cancel_at_period_end: bool,
    pub pending_plan_code: Option<String>,
    pub trial_ends: Option<Timestamp>,
}

impl Entitled {
    /// Codes of the features that are there, sorted.
    pub fn feature_codes(&self) -> Vec<String> {
        let codes = self.plan.feature_codes().into_iter().map(ToOwned::to_owned);
        if self.status.counts() { codes.collect() } else { Vec::new() }
    }

    /// Whether moving on to `next` takes something away that tokens speak of.
    pub fn is_more_than(&self, next: Option<&Self>) -> bool {
        self.status.counts() && next.is_none_or(|next| !next.status.counts() || self.plan.is_more_than(&next.plan))
    }

    /// Whether it gives something that there was not before, and takes nothing away.
    pub fn widens(&self, before: Option<&Self>) -> bool {
        !before.is_some_and(|before| before.is_more_than(Some(self))) && self.is_more_than(before)
    }
}

/// The first end of a period later than `now`, counted from the anchor.
fn period_end_after(anchor: Timestamp, plan: &Plan, now: Timestamp) -> Option<Timestamp> {
    let months = plan.months_per_period()?;
    let mut periods = pages_between(anchor, now)?.max(0) / months;
    loop {
        let end = months_after(anchor, periods.checked_mul(months)?)?;
        if end > now {
            return Some(end);
        }
        periods += 1;
    }
}

#[cfg(test)]
mod tests;
