//! Features within plans.

use std::collections::BTreeSet;

use contracts::billing::v1 as proto;
use service_kit::Fields;

use crate::domain::{Feature, FeatureValue, code, line};
use crate::wire::units;

const MOST_FEATURES: usize = 100;
const LONGEST_NAME: usize = 100;
const LONGEST_UNIT: usize = 50;

/// The features that can be read; what is wrong with the others is noted.
pub fn read_features(fields: &mut Fields, at: &str, features: Vec<proto::PlanFeature>) -> Vec<Feature> {
    if features.len() > MOST_FEATURES {
        fields.violation(at, "must be at most 100");
        return Vec::new();
    }
    let mut codes = BTreeSet::new();
    let mut read = Vec::new();
    for (index, feature) in features.into_iter().enumerate() {
        let at = format!("{at}[{index}]");
        if !codes.insert(feature.code.clone()) {
            fields.violation(&format!("{at}.code"), "must be given once");
        }
        read.extend(read_feature(fields, &at, feature));
    }
    read
}

fn read_feature(fields: &mut Fields, at: &str, feature: proto::PlanFeature) -> Option<Feature> {
    let value = match (feature.feature_type(), feature.numeric_value) {
        (proto::FeatureType::Boolean, None) => Some(FeatureValue::Boolean),
        (proto::FeatureType::Numeric, Some(value)) => {
            fields.check(&format!("{at}.numeric_value"), units(value)).map(FeatureValue::Numeric)
        }
        (proto::FeatureType::Boolean, Some(_)) => {
            fields.check(&format!("{at}.numeric_value"), Err("belongs to numeric features only"))
        }
        (proto::FeatureType::Numeric, None) => {
            fields.check(&format!("{at}.numeric_value"), Err("is needed for a numeric feature"))
        }
        (proto::FeatureType::Unspecified, _) => {
            fields.check(&format!("{at}.feature_type"), Err("must be boolean or numeric"))
        }
    };
    let code = fields.check(&format!("{at}.code"), code(&feature.code));
    let name = fields.check(&format!("{at}.name"), line(&feature.name, LONGEST_NAME));
    let unit_label = feature.unit_label.map(|label| line(&label, LONGEST_UNIT));
    let unit_label = fields.check_optional(&format!("{at}.unit_label"), unit_label);
    Some(Feature { code: code?, name: name?, value: value?, unit_label: unit_label? })
}

impl From<Feature> for proto::PlanFeature {
    fn from(feature: Feature) -> Self {
        let (feature_type, numeric_value) = match feature.value {
            FeatureValue::Boolean => (proto::FeatureType::Boolean, None),
            FeatureValue::Numeric(value) => (proto::FeatureType::Numeric, Some(value)),
        };
        Self {
            code: feature.code,
            name: feature.name,
            feature_type: feature_type.into(),
            numeric_value,
            unit_label: feature.unit_label,
        }
    }
}
