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

/// A plan as it stood at one time. Terms never change under a number, so subscribers keep what they took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanVersion {
    /// Counts the versions of a code from 1.
    pub number: i32,
    pub terms: Plan,
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

    /// Whether both say the same to a subscriber. Where it stands in the list is a matter of the offer.
    pub fn has_terms_of(&self, other: &Self) -> bool {
        *self == Self { display_order: self.display_order, ..other.clone() }
    }

    /// Whether moving on to `next` takes something away that tokens speak of.
    pub fn is_more_than(&self, next: &Self) -> bool {
        self.code != next.code || !self.feature_codes().is_subset(&next.feature_codes())
    }

    /// Whether `next` is worth as much or more: by its price for a month, and where prices cannot be compared or are the
    /// same, by what is included.
    pub fn is_matched_by(&self, next: &Self) -> bool {
        match self.price_beside(next) {
            Some((own, other)) if own != other => other > own,
            _ => self.feature_codes().is_subset(&next.feature_codes()) && self.credits_amount <= next.credits_amount,
        }
    }

    /// Both prices for the same time; `None` when they are of different kinds.
    fn price_beside(&self, next: &Self) -> Option<(i128, i128)> {
        let (months, others) = (self.months_per_period()?, next.months_per_period()?);
        let for_time = |price: i64, months: i32| i128::from(price) * i128::from(months);
        (self.currency == next.currency)
            .then(|| (for_time(self.price_cents, others), for_time(next.price_cents, months)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(price_cents: i64, interval: Interval, features: &[&str]) -> Plan {
        let feature = |code: &&str| Feature {
            code: (*code).to_owned(),
            name: (*code).to_owned(),
            value: FeatureValue::Boolean,
            unit_label: None,
        };
        Plan {
            code: "pro".to_owned(),
            name: "Pro".to_owned(),
            description: None,
            price_cents,
            currency: "usd".to_owned(),
            interval,
            interval_count: 1,
            trial_days: 0,
            features: features.iter().map(feature).collect(),
            plan_type: PlanType::SelfService,
            credits_amount: 0,
            contact_url: None,
            display_order: 0,
        }
    }

    #[test]
    fn plans_are_compared_by_what_a_month_costs() {
        let monthly = plan(1000, Interval::Monthly, &[]);
        assert!(monthly.is_matched_by(&plan(12_001, Interval::Yearly, &[])));
        assert!(!monthly.is_matched_by(&plan(11_999, Interval::Yearly, &["sso"])));
        assert!(!monthly.is_matched_by(&plan(999, Interval::Monthly, &["sso"])));
    }

    #[test]
    fn where_prices_say_nothing_what_is_included_does() {
        let with_sso = plan(0, Interval::Custom, &["sso"]);
        assert!(with_sso.is_matched_by(&plan(5, Interval::Monthly, &["audit", "sso"])));
        assert!(!with_sso.is_matched_by(&plan(5, Interval::Monthly, &["audit"])));
        let same_price = plan(1000, Interval::Monthly, &["sso"]);
        assert!(!same_price.is_matched_by(&plan(1000, Interval::Monthly, &[])));
        assert!(!same_price.is_matched_by(&Plan { currency: "eur".to_owned(), ..plan(9000, Interval::Monthly, &[]) }));
    }

    #[test]
    fn a_place_in_the_list_is_no_part_of_the_terms() {
        let one = plan(1000, Interval::Monthly, &[]);
        assert!(one.has_terms_of(&Plan { display_order: 7, ..one.clone() }));
        assert!(!one.has_terms_of(&Plan { price_cents: 1001, ..one.clone() }));
    }
}
