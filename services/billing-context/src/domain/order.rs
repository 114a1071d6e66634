//! What people set out to do at a provider: take a plan, or see to the one they have.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use service_kit::{Id, Timestamp};

use crate::domain::{
    OrderId, OrganizationId, PlanVersion, ProviderKind, ReturnUrl, StepId, Subscription, UserId, VisitId,
};

/// How long an order can be confirmed. Stripe lets a checkout stand for 30 minutes at least.
pub const ORDER_STANDS_FOR: Duration = Duration::from_secs(3600);
/// How long a visit to the portal may last.
pub const VISIT_LASTS: Duration = Duration::from_secs(900);

/// A plan that somebody is about to take for an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub organization_id: OrganizationId,
    /// Who is buying.
    pub user_id: UserId,
    pub provider: ProviderKind,
    /// What is bought, at the terms of now.
    pub plan: PlanVersion,
    /// Days of trial before the first payment; 0 when the organization has had its trial.
    pub trial_days: u32,
    /// Where the buyer goes afterwards.
    pub success_url: ReturnUrl,
    /// Where somebody goes who does not buy.
    pub cancel_url: ReturnUrl,
    pub created: Timestamp,
    pub expires: Timestamp,
    /// When it became a subscription, with the built-in provider.
    pub confirmed: Option<Timestamp>,
}

impl Order {
    /// The subscription that it becomes with the built-in provider, under the order's own id: it becomes one.
    pub fn begin(&self, trial_days: u32, now: Timestamp) -> Subscription {
        let id = Id::from(self.id.uuid());
        Subscription::granted(id, self.organization_id, self.plan.clone(), trial_days, now)
    }
}

/// Somebody who looks after what an organization has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalVisit {
    pub id: VisitId,
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    /// Where they go afterwards.
    pub return_url: ReturnUrl,
    pub created: Timestamp,
    pub expires: Timestamp,
}

/// When a change takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Now,
    AtPeriodEnd,
}

/// What is to be done to a subscription at its provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepAction {
    /// Puts it on another plan. At the period's end: no money moves now, and what the organization may do changes then.
    ChangePlan { plan: PlanVersion, when: When },
    /// Ends it.
    Cancel { when: When },
    /// Lets it go on after the running period after all.
    Reactivate,
}

/// One thing to be done at the provider, written down before it is begun and done until it succeeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Stands for this step, however often it is tried.
    pub id: StepId,
    pub organization_id: OrganizationId,
    pub provider: ProviderKind,
    /// The subscription's id at the provider.
    pub provider_id: String,
    /// The mode that it is to be done in, where the provider has modes.
    #[serde(default)]
    pub is_live: Option<bool>,
    pub action: StepAction,
}

impl Step {
    /// Whether it ends the subscription at once. Nothing brings one back that has ended.
    pub const fn is_end(&self) -> bool {
        matches!(self.action, StepAction::Cancel { when: When::Now })
    }
}
