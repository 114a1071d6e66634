//! What can be subscribed to.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// An offer; subscribers keep a copy of it as it was when they took it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub code: String,
    pub name: String,
    pub description: Option<String>,
    pub price_cents: i64,
    pub currency: String,
    pub interval: Interval,
    /// Months or years per period, 1 to 36.
    pub interval_count: i32,
    pub trial_days: u32,
    pub features: Vec<Feature>,
    pub plan_type: PlanType,
    pub credits_amount: i64,
    pub contact_url: Option<String>,
    pub display_order: i32,
}

/// How often a plan is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    Monthly,
    Yearly,
    /// By agreement: periods have no calculable end.
    Custom,
}

/// How a plan is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanType {
    SelfService,
    Sales,
}

/// One thing that a plan includes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    pub code: String,
    pub name: String,
    pub value: FeatureValue,
    pub unit_label: Option<String>,
}

/// Whether a feature is there, or how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureValue {
    Boolean,
    Numeric(i64),
}

impl Plan {
    /// Months in one period; `None` when it is a matter of agreement.
    pub const fn months_per_period(&self) -> Option<i32> {
        match self.interval {
            Interval::Monthly => Some(self.interval_count),
            Interval::Yearly => Some(self.interval_count * 12),
            Interval::Custom => None,
        }
    }

    /// Codes of what it includes, sorted.
    pub fn feature_codes(&self) -> BTreeSet<&str> {
        self.features.iter().map(|feature| feature.code.as_str()).collect()
    }

    /// Whether moving on to `next` takes something away that tokens speak of.
    pub fn is_more_than(&self, next: &Self) -> bool {
        self.code != next.code || !self.feature_codes().is_subset(&next.feature_codes())
    }
}
