//! Plans to look at.

use contracts::billing::v1::{FeatureType, Plan, PlanFeature, PlanInterval, PlanType};

pub fn plans() -> Vec<Plan> {
    vec![
        plan("free", "Free", "For trying things out.", 0, 100, 3, 1),
        plan("pro", "Pro", "For teams at work.", 4_900, 10_000, 50, 2),
        Plan {
            plan_type: PlanType::Sales.into(),
            interval: PlanInterval::Custom.into(),
            contact_url: Some("https://example.com/contact".to_owned()),
            ..plan("enterprise", "Enterprise", "For everybody else; talk to us.", 0, 0, 1_000, 3)
        },
    ]
}

fn plan(code: &str, name: &str, description: &str, price_cents: i64, credits: i64, seats: i64, order: i32) -> Plan {
    Plan {
        code: code.to_owned(),
        name: name.to_owned(),
        description: Some(description.to_owned()),
        price_cents,
        currency: "usd".to_owned(),
        interval: PlanInterval::Monthly.into(),
        interval_count: 1,
        trial_days: 0,
        features: vec![PlanFeature {
            code: "seats".to_owned(),
            name: "Seats".to_owned(),
            feature_type: FeatureType::Numeric.into(),
            numeric_value: Some(seats),
            unit_label: Some("seats".to_owned()),
        }],
        plan_type: PlanType::SelfService.into(),
        credits_amount: credits,
        contact_url: None,
        display_order: order,
    }
}
