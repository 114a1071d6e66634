use service_kit::Id;
use uuid::Uuid;

use super::*;
use crate::domain::{Interval, PlanType};

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn plan(interval: Interval, interval_count: i32) -> PlanVersion {
    let terms = Plan {
        code: "pro".to_owned(),
        name: "Pro".to_owned(),
        description: None,
        price_cents: 900,
        currency: "usd".to_owned(),
        interval,
        interval_count,
        trial_days: 0,
        features: Vec::new(),
        plan_type: PlanType::SelfService,
        credits_amount: 0,
        contact_url: None,
        display_order: 0,
    };
    PlanVersion { number: 1, terms }
}

fn granted(interval: Interval, interval_count: i32, trial_days: u32, on: &str) -> Subscription {
    let plan = plan(interval, interval_count);
    Subscription::granted(Id::from(Uuid::nil()), Id::from(Uuid::nil()), plan, trial_days, at(on))
}

fn standing(subscription: &Subscription, now: &str) -> (Status, Option<Timestamp>) {
    let entitled = subscription.clone().at(at(now));
    (entitled.status, entitled.current_period_end)
}

#[test]
fn a_period_ends_after_its_months_and_the_next_begins() {
    let monthly = granted(Interval::Monthly, 1, 0, "2026-01-31T12:00:00Z");
    let end_of = |text| (Status::Active, Some(at(text)));
    assert_eq!(standing(&monthly, "2026-01-31T12:00:00Z"), end_of("2026-02-28T12:00:00Z"));
    assert_eq!(standing(&monthly, "2026-02-28T11:59:59Z"), end_of("2026-02-28T12:00:00Z"));
    assert_eq!(standing(&monthly, "2026-02-28T12:00:00Z"), end_of("2026-03-31T12:00:00Z"));
    assert_eq!(standing(&monthly, "2031-05-01T00:00:00Z"), end_of("2031-05-31T12:00:00Z"));

    let quarterly = granted(Interval::Monthly, 3, 0, "2026-01-15T00:00:00Z");
    assert_eq!(standing(&quarterly, "2026-09-01T00:00:00Z"), end_of("2026-10-15T00:00:00Z"));

    let yearly = granted(Interval::Yearly, 1, 0, "2024-02-29T00:00:00Z");
    assert_eq!(standing(&yearly, "2024-03-01T00:00:00Z"), end_of("2025-02-28T00:00:00Z"));
    assert_eq!(standing(&yearly, "2027-06-01T00:00:00Z"), end_of("2028-02-29T00:00:00Z"));
}

#[test]
fn a_trial_comes_first_and_paid_periods_count_from_its_end() {
    let subscription = granted(Interval::Monthly, 1, 14, "2026-01-01T00:00:00Z");
    let trial_end = Some(at("2026-01-15T00:00:00Z"));
    assert_eq!(standing(&subscription, "2026-01-14T23:59:59Z"), (Status::Trialing, trial_end));
    let first_end = Some(at("2026-02-15T00:00:00Z"));
    assert_eq!(standing(&subscription, "2026-01-15T00:00:00Z"), (Status::Active, first_end));
}

#[test]
fn a_plan_by_agreement_has_no_end_of_period() {
    let subscription = granted(Interval::Custom, 1, 0, "2026-01-01T00:00:00Z");
    assert_eq!(standing(&subscription, "2030-01-01T00:00:00Z"), (Status::Active, None));
}

#[test]
fn nobody_but_its_provider_turns_the_period_of_what_is_paid_for_elsewhere() {
    let stripe = Subscription {
        provider: ProviderKind::Stripe,
        provider_id: Some("sub_1".to_owned()),
        ..granted(Interval::Monthly, 1, 0, "2026-01-01T00:00:00Z")
    };
    assert_eq!(stripe.clone().turned(at("2030-01-01T00:00:00Z")), stripe);
    assert_eq!(standing(&stripe, "2030-01-01T00:00:00Z").1, Some(at("2026-02-01T00:00:00Z")));
}

#[test]
fn turning_many_periods_at_once_is_turning_them_one_by_one() {
    let mut one_by_one = granted(Interval::Monthly, 1, 3, "2026-01-30T00:00:00Z");
    let mut at_once = one_by_one.clone();
    let mut day = at("2026-01-30T00:00:00Z");
    for _ in 0..1000 {
        day = day.plus(DAY);
        one_by_one = one_by_one.turned(day);
    }
    while at_once.is_due(day) {
        at_once = at_once.turned(day);
    }
    assert_eq!(at_once, one_by_one);
    assert_eq!(one_by_one.period.end, Some(at("2028-11-02T00:00:00Z")));
}

#[test]
fn words_are_as_long_as_their_columns() {
    assert!(Status::ALL.iter().all(|status| status.word().len() <= 20));
    assert!(ProviderKind::ALL.iter().all(|provider| provider.word().len() <= 20));
}
