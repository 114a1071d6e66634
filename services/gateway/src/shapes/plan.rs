//! Plans on offer.

use contracts::billing::v1 as proto;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, filled};

/// An offer that an organization can subscribe to.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    code: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Per interval, in the smallest unit of the currency.
    price_cents: i64,
    /// ISO 4217 code in lower case.
    currency: String,
    interval: PlanInterval,
    /// Months or years per interval.
    interval_count: i32,
    trial_days: i32,
    features: Vec<PlanFeature>,
    plan_type: PlanType,
    /// Credits granted per period.
    credits_amount: i64,
    /// Where to ask, for a plan of type sales.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_url: Option<String>,
    display_order: i32,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlanInterval {
    Monthly,
    Yearly,
    Custom,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlanType {
    SelfService,
    Sales,
}

/// One thing that a plan includes.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanFeature {
    code: String,
    name: String,
    feature_type: FeatureType,
    #[serde(skip_serializing_if = "Option::is_none")]
    numeric_value: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_label: Option<String>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FeatureType {
    Boolean,
    Numeric,
}

impl TryFrom<proto::Plan> for Plan {
    type Error = Incomplete;

    fn try_from(plan: proto::Plan) -> Result<Self, Incomplete> {
        let interval = match plan.interval() {
            proto::PlanInterval::Monthly => Some(PlanInterval::Monthly),
            proto::PlanInterval::Yearly => Some(PlanInterval::Yearly),
            proto::PlanInterval::Custom => Some(PlanInterval::Custom),
            proto::PlanInterval::Unspecified => None,
        };
        let plan_type = match plan.plan_type() {
            proto::PlanType::SelfService => Some(PlanType::SelfService),
            proto::PlanType::Sales => Some(PlanType::Sales),
            proto::PlanType::Unspecified => None,
        };
        Ok(Self {
            code: plan.code,
            name: plan.name,
            description: plan.description,
            price_cents: plan.price_cents,
            currency: plan.currency,
            interval: filled(interval, "the plan's interval")?,
            interval_count: plan.interval_count,
            trial_days: plan.trial_days,
            features: each(plan.features)?,
            plan_type: filled(plan_type, "the plan's type")?,
            credits_amount: plan.credits_amount,
            contact_url: plan.contact_url,
            display_order: plan.display_order,
        })
    }
}

impl TryFrom<proto::PlanFeature> for PlanFeature {
    type Error = Incomplete;

    fn try_from(feature: proto::PlanFeature) -> Result<Self, Incomplete> {
        let feature_type = match feature.feature_type() {
            proto::FeatureType::Boolean => Some(FeatureType::Boolean),
            proto::FeatureType::Numeric => Some(FeatureType::Numeric),
            proto::FeatureType::Unspecified => None,
        };
        Ok(Self {
            code: feature.code,
            name: feature.name,
            feature_type: filled(feature_type, "the feature's type")?,
            numeric_value: feature.numeric_value,
            unit_label: feature.unit_label,
        })
    }
}

/// The plans by display order.
#[derive(Serialize, ToSchema)]
pub(crate) struct Plans {
    plans: Vec<Plan>,
    /// Empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::ListPlansResponse> for Plans {
    type Error = Incomplete;

    fn try_from(answer: proto::ListPlansResponse) -> Result<Self, Incomplete> {
        Ok(Self { plans: each(answer.plans)?, next_page_token: answer.next_page_token })
    }
}

impl TryFrom<proto::ListOfferedPlansResponse> for Plans {
    type Error = Incomplete;

    fn try_from(answer: proto::ListOfferedPlansResponse) -> Result<Self, Incomplete> {
        Ok(Self { plans: each(answer.plans)?, next_page_token: answer.next_page_token })
    }
}

impl TryFrom<proto::ReplacePlansResponse> for Plans {
    type Error = Incomplete;

    fn try_from(answer: proto::ReplacePlansResponse) -> Result<Self, Incomplete> {
        Ok(Self { plans: each(answer.plans)?, next_page_token: String::new() })
    }
}

impl From<Plan> for proto::Plan {
    fn from(plan: Plan) -> Self {
        let interval = match plan.interval {
            PlanInterval::Monthly => proto::PlanInterval::Monthly,
            PlanInterval::Yearly => proto::PlanInterval::Yearly,
            PlanInterval::Custom => proto::PlanInterval::Custom,
        };
        let plan_type = match plan.plan_type {
            PlanType::SelfService => proto::PlanType::SelfService,
            PlanType::Sales => proto::PlanType::Sales,
        };
        Self {
            code: plan.code,
            name: plan.name,
            description: plan.description,
            price_cents: plan.price_cents,
            currency: plan.currency,
            interval: interval.into(),
            interval_count: plan.interval_count,
            trial_days: plan.trial_days,
            features: plan.features.into_iter().map(Into::into).collect(),
            plan_type: plan_type.into(),
            credits_amount: plan.credits_amount,
            contact_url: plan.contact_url,
            display_order: plan.display_order,
            version: 0,
        }
    }
}

impl From<PlanFeature> for proto::PlanFeature {
    fn from(feature: PlanFeature) -> Self {
        let feature_type = match feature.feature_type {
            FeatureType::Boolean => proto::FeatureType::Boolean,
            FeatureType::Numeric => proto::FeatureType::Numeric,
        };
        Self {
            code: feature.code,
            name: feature.name,
            feature_type: feature_type.into(),
            numeric_value: feature.numeric_value,
            unit_label: feature.unit_label,
        }
    }
}
