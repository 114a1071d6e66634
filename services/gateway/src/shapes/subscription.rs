//! Subscriptions.

use contracts::billing::v1 as proto;
use serde::Serialize;
use service_kit::Timestamp;
use token_verification::SubscriptionClaim;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, filled};

/// What an organization is subscribed to.
#[derive(Serialize, ToSchema)]
pub(crate) struct Subscription {
    #[schema(value_type = SubscriptionStatus)]
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    current_period_end: Option<String>,
    /// True when it ends with the running period.
    cancel_at_period_end: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    trial_ends_at: Option<String>,
}

/// Where a subscription stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
enum SubscriptionStatus {
    None,
    Trialing,
    Active,
    PastDue,
    Canceled,
    Unpaid,
    Incomplete,
}

impl SubscriptionStatus {
    fn of(status: proto::SubscriptionStatus) -> Option<Self> {
        match status {
            proto::SubscriptionStatus::Unspecified => None,
            proto::SubscriptionStatus::None => Some(Self::None),
            proto::SubscriptionStatus::Trialing => Some(Self::Trialing),
            proto::SubscriptionStatus::Active => Some(Self::Active),
            proto::SubscriptionStatus::PastDue => Some(Self::PastDue),
            proto::SubscriptionStatus::Canceled => Some(Self::Canceled),
            proto::SubscriptionStatus::Unpaid => Some(Self::Unpaid),
            proto::SubscriptionStatus::Incomplete => Some(Self::Incomplete),
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Trialing => "trialing",
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Canceled => "canceled",
            Self::Unpaid => "unpaid",
            Self::Incomplete => "incomplete",
        }
    }
}

impl Subscription {
    /// Where it stands, in a word.
    pub(crate) fn status_word(&self) -> &str {
        &self.status
    }
}

impl TryFrom<proto::Subscription> for Subscription {
    type Error = Incomplete;

    fn try_from(subscription: proto::Subscription) -> Result<Self, Incomplete> {
        let status = filled(SubscriptionStatus::of(subscription.status()), "the subscription's status")?;
        let instant = |field: Option<prost_types::Timestamp>| field.map(|at| Timestamp::from(at).to_rfc3339());
        Ok(Self {
            status: status.word().to_owned(),
            plan_code: subscription.plan_code,
            plan_name: subscription.plan_name,
            current_period_end: instant(subscription.current_period_end),
            cancel_at_period_end: subscription.cancel_at_period_end,
            trial_ends_at: instant(subscription.trial_ends_at),
        })
    }
}

/// Tokens say it in the same words.
impl From<SubscriptionClaim> for Subscription {
    fn from(claim: SubscriptionClaim) -> Self {
        Self {
            status: claim.status,
            plan_code: claim.plan_code,
            plan_name: claim.plan_name,
            current_period_end: claim.current_period_end,
            cancel_at_period_end: claim.cancel_at_period_end,
            trial_ends_at: claim.trial_ends_at,
        }
    }
}
