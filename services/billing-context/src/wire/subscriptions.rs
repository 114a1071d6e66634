//! Messages of `SubscriptionService`.

use contracts::billing::v1 as proto;
use service_kit::{Fields, Refusal};

use crate::domain::{Entitled, Status, code};
use crate::use_cases::{Entitlement, GrantSubscription, Granted};

impl TryFrom<proto::GrantSubscriptionRequest> for GrantSubscription {
    type Error = Refusal;

    fn try_from(request: proto::GrantSubscriptionRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", request.organization_id.parse());
        let plan_code = fields.check("plan_code", code(&request.plan_code));
        let (Some(organization_id), Some(plan_code)) = (organization_id, plan_code) else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, plan_code })
    }
}

/// A subscription as it stands, or that there is none.
pub fn subscription(entitled: Option<Entitled>) -> proto::Subscription {
    let Some(entitled) = entitled else {
        return proto::Subscription {
            status: proto::SubscriptionStatus::None.into(),
            ..proto::Subscription::default()
        };
    };
    let status = match entitled.status {
        Status::Trialing => proto::SubscriptionStatus::Trialing,
        Status::Active => proto::SubscriptionStatus::Active,
    };
    proto::Subscription {
        status: status.into(),
        plan_code: Some(entitled.plan.code),
        plan_name: Some(entitled.plan.name),
        current_period_end: entitled.current_period_end.map(Into::into),
        cancel_at_period_end: false,
        trial_ends_at: entitled.trial_ends.map(Into::into),
    }
}

impl From<Granted> for proto::GrantSubscriptionResponse {
    fn from(granted: Granted) -> Self {
        Self { subscription: Some(subscription(Some(granted.subscription))), position: granted.position }
    }
}

impl From<Entitlement> for proto::GetEntitlementResponse {
    fn from(entitlement: Entitlement) -> Self {
        let features = entitlement
            .subscription
            .iter()
            .flat_map(|entitled| entitled.plan.feature_codes())
            .map(ToOwned::to_owned)
            .collect();
        Self { subscription: Some(subscription(entitlement.subscription)), features, position: entitlement.position }
    }
}
