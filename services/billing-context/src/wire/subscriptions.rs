//! Messages of `SubscriptionService` and `SubscriptionAdministrationService`.

use contracts::billing::v1 as proto;
use service_kit::{Fields, Refusal};

use crate::domain::{Entitled, Status, When, code};
use crate::use_cases::{Action, ChangeSubscription, Changed, Entitlement, GrantSubscription};

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

impl TryFrom<proto::ChangeSubscriptionRequest> for ChangeSubscription {
    type Error = Refusal;

    fn try_from(request: proto::ChangeSubscriptionRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", request.organization_id.parse());
        let action = read_action(&mut fields, &request);
        let (Some(organization_id), Some(action)) = (organization_id, action) else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, action })
    }
}

fn read_action(fields: &mut Fields, request: &proto::ChangeSubscriptionRequest) -> Option<Action> {
    use proto::SubscriptionAction as Asked;

    let needs_plan = matches!(request.action(), Asked::Grant | Asked::Change);
    let may_wait = matches!(request.action(), Asked::Change | Asked::Cancel);
    let plan_code = match &request.plan_code {
        Some(text) if needs_plan => fields.check("plan_code", code(text)),
        None if needs_plan => fields.check("plan_code", Err("is needed for this action")),
        Some(_) => fields.check("plan_code", Err("belongs to grant and change only")),
        None => Some(String::new()),
    };
    if request.at_period_end.is_some() && !may_wait {
        fields.violation("at_period_end", "belongs to change and cancel only");
    }
    let when = request.at_period_end.map(|waits| if waits { When::AtPeriodEnd } else { When::Now });
    let action = match request.action() {
        Asked::Grant => Ok(plan_code.map(|plan_code| Action::Grant { plan_code })),
        Asked::Change => Ok(plan_code.map(|plan_code| Action::Change { plan_code, when })),
        Asked::Cancel => Ok(Some(Action::Cancel { when: when.unwrap_or(When::Now) })),
        Asked::Reactivate => Ok(Some(Action::Reactivate)),
        Asked::MarkPastDue => Ok(Some(Action::MarkPastDue)),
        Asked::MarkPaid => Ok(Some(Action::MarkPaid)),
        Asked::Unspecified => Err("must be grant, change, cancel, reactivate, mark_past_due or mark_paid"),
    };
    fields.check("action", action)?.filter(|_| fields.is_clean())
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
        Status::PastDue => proto::SubscriptionStatus::PastDue,
        Status::Canceled => proto::SubscriptionStatus::Canceled,
        Status::Unpaid => proto::SubscriptionStatus::Unpaid,
        Status::Incomplete => proto::SubscriptionStatus::Incomplete,
    };
    proto::Subscription {
        status: status.into(),
        plan_code: Some(entitled.plan.code),
        plan_name: Some(entitled.plan.name),
        current_period_end: entitled.current_period_end.map(Into::into),
        cancel_at_period_end: entitled.cancel_at_period_end,
        trial_ends_at: entitled.trial_ends.map(Into::into),
        pending_plan_code: entitled.pending_plan_code,
    }
}

impl From<Changed> for proto::GrantSubscriptionResponse {
    fn from(changed: Changed) -> Self {
        Self { subscription: Some(subscription(changed.subscription)), position: changed.position }
    }
}

impl From<Changed> for proto::ChangeSubscriptionResponse {
    fn from(changed: Changed) -> Self {
        Self { subscription: Some(subscription(changed.subscription)), position: changed.position }
    }
}

impl From<Entitlement> for proto::GetEntitlementResponse {
    fn from(entitlement: Entitlement) -> Self {
        let features = entitlement.subscription.as_ref().map(Entitled::feature_codes).unwrap_or_default();
        Self { subscription: Some(subscription(entitlement.subscription)), features, position: entitlement.position }
    }
}
