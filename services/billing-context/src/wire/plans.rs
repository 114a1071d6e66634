//! Messages of `PlanService` and `PlanAdministrationService`.

use std::collections::BTreeSet;

use contracts::billing::v1 as proto;
use service_kit::{Fields, Refusal};

use crate::domain::{Interval, Plan, PlanType, PlanVersion, code, line, lines};
use crate::use_cases::{AppliedPlans, ApplyPlans};
use crate::wire::features::read_features;
use crate::wire::units;

const MOST_PLANS: usize = 100;
const LONGEST_NAME: usize = 100;
const LONGEST_DESCRIPTION: usize = 1000;
const LONGEST_URL: usize = 2048;

impl TryFrom<proto::ApplyPlansRequest> for ApplyPlans {
    type Error = Refusal;

    fn try_from(request: proto::ApplyPlansRequest) -> Result<Self, Refusal> {
        Ok(Self { plans: read_plans(request.plans)?, check_only: request.check_only })
    }
}

impl TryFrom<proto::ReplacePlansRequest> for ApplyPlans {
    type Error = Refusal;

    fn try_from(request: proto::ReplacePlansRequest) -> Result<Self, Refusal> {
        Ok(Self { plans: read_plans(request.plans)?, check_only: false })
    }
}

fn read_plans(given: Vec<proto::Plan>) -> Result<Vec<Plan>, Refusal> {
    let mut fields = Fields::default();
    if given.len() > MOST_PLANS {
        fields.violation("plans", "must be at most 100");
        return Err(fields.refuse());
    }
    let mut codes = BTreeSet::new();
    let mut plans = Vec::new();
    for (index, plan) in given.into_iter().enumerate() {
        let at = format!("plans[{index}]");
        if !codes.insert(plan.code.clone()) {
            fields.violation(&format!("{at}.code"), "must be given once");
        }
        plans.extend(read_plan(&mut fields, &at, plan));
    }
    if fields.is_clean() { Ok(plans) } else { Err(fields.refuse()) }
}

/// The plan, or `None` after noting what is wrong with it.
fn read_plan(fields: &mut Fields, at: &str, plan: proto::Plan) -> Option<Plan> {
    let interval = match plan.interval() {
        proto::PlanInterval::Monthly => Ok(Interval::Monthly),
        proto::PlanInterval::Yearly => Ok(Interval::Yearly),
        proto::PlanInterval::Custom => Ok(Interval::Custom),
        proto::PlanInterval::Unspecified => Err("must be monthly, yearly or custom"),
    };
    let plan_type = match plan.plan_type() {
        proto::PlanType::SelfService => Ok(PlanType::SelfService),
        proto::PlanType::Sales => Ok(PlanType::Sales),
        proto::PlanType::Unspecified => Err("must be self_service or sales"),
    };
    let is_currency = plan.currency.len() == 3 && plan.currency.bytes().all(|byte| byte.is_ascii_lowercase());
    let currency = is_currency.then_some(plan.currency).ok_or("must be an ISO 4217 code in lower case, such as usd");

    let code = fields.check(&format!("{at}.code"), code(&plan.code));
    let name = fields.check(&format!("{at}.name"), line(&plan.name, LONGEST_NAME));
    let description = plan.description.map(|text| lines(&text, LONGEST_DESCRIPTION));
    let description = fields.check_optional(&format!("{at}.description"), description);
    let price_cents = fields.check(&format!("{at}.price_cents"), units(plan.price_cents));
    let currency = fields.check(&format!("{at}.currency"), currency);
    let interval = fields.check(&format!("{at}.interval"), interval);
    let interval_count = within(plan.interval_count, 1, 36, "must be 1 to 36");
    let interval_count = fields.check(&format!("{at}.interval_count"), interval_count);
    let trial_days = within(plan.trial_days, 0, 365, "must be 0 to 365").map(i32::unsigned_abs);
    let trial_days = fields.check(&format!("{at}.trial_days"), trial_days);
    let features = read_features(fields, &format!("{at}.features"), plan.features);
    let plan_type = fields.check(&format!("{at}.plan_type"), plan_type);
    let credits_amount = fields.check(&format!("{at}.credits_amount"), units(plan.credits_amount));
    let contact_url = fields.check_optional(&format!("{at}.contact_url"), plan.contact_url.map(web_address));
    Some(Plan {
        code: code?,
        name: name?,
        description: description?,
        price_cents: price_cents?,
        currency: currency?,
        interval: interval?,
        interval_count: interval_count?,
        trial_days: trial_days?,
        features,
        plan_type: plan_type?,
        credits_amount: credits_amount?,
        contact_url: contact_url?,
        display_order: plan.display_order,
    })
}

fn within(number: i32, least: i32, most: i32, otherwise: &'static str) -> Result<i32, &'static str> {
    if (least..=most).contains(&number) { Ok(number) } else { Err(otherwise) }
}

fn web_address(url: String) -> Result<String, &'static str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let has_host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    if has_host && url.len() <= LONGEST_URL && url.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(url)
    } else {
        Err("must be an http or https URL of at most 2,048 characters")
    }
}

impl From<AppliedPlans> for proto::ApplyPlansResponse {
    fn from(applied: AppliedPlans) -> Self {
        Self {
            plans: applied.plans.into_iter().map(Into::into).collect(),
            changed_codes: applied.changed,
            withdrawn: i64::try_from(applied.withdrawn).unwrap_or(i64::MAX),
        }
    }
}

impl From<PlanVersion> for proto::Plan {
    fn from(version: PlanVersion) -> Self {
        let plan = version.terms;
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
            trial_days: i32::try_from(plan.trial_days).unwrap_or(i32::MAX),
            features: plan.features.into_iter().map(Into::into).collect(),
            plan_type: plan_type.into(),
            credits_amount: plan.credits_amount,
            contact_url: plan.contact_url,
            display_order: plan.display_order,
            version: version.number,
        }
    }
}
