//! The plans of an operator, as a TOML file.

use std::path::Path;

use contracts::billing::v1 as proto;
use serde::Deserialize;
use toml::Spanned;

/// A file of plans cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// It cannot be read.
    #[error("the plans in {file} cannot be read: {problem}")]
    Unreadable {
        /// The file that was named.
        file: String,
        /// What is wrong.
        problem: std::io::Error,
    },
    /// It does not say what a file of plans says.
    #[error("{file}, line {line}: {problem}")]
    Malformed {
        /// The file that was named.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
}

/// The plans of a file, and where each of them stands in it.
pub struct PlanFile {
    /// What the file is called in messages.
    name: String,
    text: String,
    plans: Vec<Spanned<Plan>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    plans: Vec<Spanned<Plan>>,
}

/// As the HTTP API shows it; what is the same for most plans may be left out.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    code: String,
    name: String,
    description: Option<String>,
    price_cents: i64,
    currency: String,
    interval: Interval,
    #[serde(default = "one")]
    interval_count: i32,
    #[serde(default)]
    trial_days: i32,
    #[serde(default)]
    features: Vec<Spanned<Feature>>,
    #[serde(default)]
    plan_type: PlanType,
    #[serde(default)]
    credits_amount: i64,
    contact_url: Option<String>,
    #[serde(default)]
    display_order: i32,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Feature {
    code: String,
    name: String,
    feature_type: FeatureType,
    numeric_value: Option<i64>,
    unit_label: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Interval {
    Monthly,
    Yearly,
    Custom,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlanType {
    #[default]
    SelfService,
    Sales,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FeatureType {
    Boolean,
    Numeric,
}

const fn one() -> i32 {
    1
}

impl PlanFile {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Self, PlanFileError> {
        let name = file.display().to_string();
        match std::fs::read_to_string(file) {
            Ok(text) => Self::parse(name, text),
            Err(problem) => Err(PlanFileError::Unreadable { file: name, problem }),
        }
    }

    /// Reads what such a file holds.
    pub fn parse(name: String, text: String) -> Result<Self, PlanFileError> {
        match toml::from_str::<Whole>(&text) {
            Ok(whole) => Ok(Self { name, plans: whole.plans, text }),
            Err(error) => {
                let line = error.span().map_or(1, |span| line_at(&text, span.start));
                Err(PlanFileError::Malformed { file: name, line, problem: error.message().to_owned() })
            }
        }
    }

    /// The plans as billing takes them.
    pub fn plans(&self) -> Vec<proto::Plan> {
        self.plans.iter().map(|plan| plan.as_ref().clone().into()).collect()
    }

    /// What billing says of a field, such as `plans[1].features[0].code`, with the line of it.
    pub fn problem(&self, field: &str, problem: &str) -> PlanFileError {
        let (line, field) = self.place_of(field);
        PlanFileError::Malformed { file: self.name.clone(), line, problem: format!("{field} {problem}") }
    }

    /// The line of a field, or of the table that it belongs to, and its name there.
    fn place_of<'a>(&self, field: &'a str) -> (usize, &'a str) {
        let Some((plan, rest)) = entry(field, "plans") else { return (1, field) };
        let Some(plan) = self.plans.get(plan) else { return (1, field) };
        let (table, key) = match entry(rest, "features") {
            Some((feature, key)) => (plan.as_ref().features.get(feature).map(Spanned::span), key),
            None => (Some(plan.span()), rest),
        };
        let start = table.unwrap_or_else(|| plan.span()).start;
        let key = key.split(['[', '.']).next().unwrap_or(key);
        let rest_of_file = self.text.get(start..).unwrap_or_default();
        // The table's own lines end where the next table begins.
        let own =
            rest_of_file.lines().enumerate().take_while(|(at, line)| *at == 0 || !line.trim_start().starts_with('['));
        let found =
            own.filter(|(_, line)| line.split('=').next().is_some_and(|name| name.trim() == key)).map(|(at, _)| at);
        (line_at(&self.text, start) + found.last().unwrap_or(0), field)
    }
}

/// The index and the rest of `list[3].rest`.
fn entry<'a>(field: &'a str, list: &str) -> Option<(usize, &'a str)> {
    let rest = field.strip_prefix(list)?.strip_prefix('[')?;
    let (index, rest) = rest.split_once(']')?;
    Some((index.parse().ok()?, rest.trim_start_matches('.')))
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

impl From<Plan> for proto::Plan {
    fn from(plan: Plan) -> Self {
        let interval = match plan.interval {
            Interval::Monthly => proto::PlanInterval::Monthly,
            Interval::Yearly => proto::PlanInterval::Yearly,
            Interval::Custom => proto::PlanInterval::Custom,
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
            features: plan.features.into_iter().map(|feature| feature.into_inner().into()).collect(),
            plan_type: plan_type.into(),
            credits_amount: plan.credits_amount,
            contact_url: plan.contact_url,
            display_order: plan.display_order,
            version: 0,
        }
    }
}

impl From<Feature> for proto::PlanFeature {
    fn from(feature: Feature) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "\
[[plans]]
code = \"free\"
name = \"Free\"
price_cents = 0
currency = \"usd\"
interval = \"monthly\"

[[plans.features]]
code = \"seats\"
name = \"Seats\"
feature_type = \"numeric\"
numeric_value = 3

[[plans]]
code = \"pro\"
name = \"Pro\"
price_cents = -1
currency = \"usd\"
interval = \"yearly\"
";

    fn parse(text: &str) -> Result<PlanFile, String> {
        PlanFile::parse("plans.toml".to_owned(), text.to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_is_what_most_plans_have() {
        let plans = parse(TWO).unwrap().plans();
        assert_eq!(plans.len(), 2);
        assert_eq!((plans[1].interval_count, plans[1].trial_days, plans[1].credits_amount), (1, 0, 0));
        assert_eq!(plans[1].plan_type(), proto::PlanType::SelfService);
        assert_eq!(plans[0].features[0].numeric_value, Some(3));
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let unknown = parse(&TWO.replace("price_cents = -1", "price_sents = -1")).err().unwrap();
        assert!(unknown.starts_with("plans.toml, line 17: "), "{unknown}");
        assert!(unknown.contains("price_sents"), "{unknown}");
        let fraction = parse(&TWO.replace("price_cents = -1", "price_cents = 9.99")).err().unwrap();
        assert!(fraction.starts_with("plans.toml, line 17: "), "{fraction}");
        assert!(parse("plans = 3").err().unwrap().starts_with("plans.toml, line 1: "));
        assert!(parse("").is_err());
    }

    #[test]
    fn what_billing_refuses_is_told_with_its_line() {
        let file = parse(TWO).unwrap();
        let told = |field: &str| file.problem(field, "is wrong").to_string();
        assert_eq!(told("plans[1].price_cents"), "plans.toml, line 17: plans[1].price_cents is wrong");
        assert_eq!(
            told("plans[0].features[0].numeric_value"),
            "plans.toml, line 12: plans[0].features[0].numeric_value is wrong"
        );
        // What is not written has the line of its table.
        assert_eq!(told("plans[1].trial_days"), "plans.toml, line 14: plans[1].trial_days is wrong");
        assert_eq!(told("plans"), "plans.toml, line 1: plans is wrong");
    }

    #[test]
    fn the_demo_is_such_a_file() {
        let demo = parse(include_str!("../demo/plans.toml")).unwrap().plans();
        assert_eq!(
            demo.iter().map(|plan| plan.code.as_str()).collect::<Vec<_>>(),
            ["free", "pro", "pro-yearly", "enterprise"]
        );
    }
}
