mod random;

use std::collections::BTreeMap;

use service_kit::Timestamp;

use super::stretches;
use crate::domain::{Interval, PaidLine, Plan, PlanType, PlanVersion};

pub fn plans() -> BTreeMap<String, PlanVersion> {
    let plan = |code: &str, price_cents, credits_amount| {
        let terms = Plan {
            code: code.to_owned(),
            name: code.to_owned(),
            description: None,
            price_cents,
            currency: "usd".to_owned(),
            interval: Interval::Monthly,
            interval_count: 1,
            trial_days: 0,
            features: Vec::new(),
            plan_type: PlanType::SelfService,
            credits_amount,
            contact_url: None,
            display_order: 0,
        };
        (code.to_owned(), PlanVersion { number: 1, terms })
    };
    [plan("cheap", 900, 100), plan("dear", 3000, 500), plan("yearly", 30_000, 6000), plan("free", 0, 10)].into()
}

pub fn line(invoice: usize, price: &str, amount: i64, is_period: bool, start: i64, end: i64) -> PaidLine {
    let at = Timestamp::from_millis;
    let (provider_id, price) = ("one".to_owned(), price.to_owned());
    let is_regular = is_period;
    PaidLine { provider_id, price, amount, invoice, is_period, is_regular, start: at(start), end: at(end) }
}

fn given(lines: &[PaidLine]) -> Vec<(i64, i64)> {
    let lines: Vec<&PaidLine> = lines.iter().collect();
    stretches(&lines, &plans()).into_iter().map(|stretch| (stretch.start.millis(), stretch.credits)).collect()
}

#[test]
fn a_period_gives_the_credits_of_the_dearest_plan_that_was_paid_for_in_it() {
    let lines = [
        line(0, "cheap", 900, true, 0, 30),
        line(1, "cheap", -450, false, 15, 30),
        line(1, "dear", 1500, false, 15, 30),
        line(2, "dear", 3000, true, 30, 60),
    ];
    assert_eq!(given(&lines[..1]), [(0, 100)]);
    assert_eq!(given(&lines), [(0, 500), (30, 500)]);
}

#[test]
fn what_is_taken_and_given_back_in_one_invoice_gives_nothing() {
    let lines = [
        line(0, "cheap", 900, true, 0, 30),
        line(1, "cheap", -450, false, 15, 30),
        line(1, "dear", 1500, false, 15, 30),
        line(1, "dear", -1500, false, 15, 30),
        line(1, "cheap", 450, false, 15, 30),
        line(1, "cheap", 900, true, 30, 60),
    ];
    assert_eq!(given(&lines), [(0, 100), (30, 100)]);
}

#[test]
fn what_was_given_and_then_settled_back_is_made_up_for_by_later_periods() {
    let mut lines = vec![
        line(0, "cheap", 900, true, 0, 30),
        line(1, "cheap", -900, false, 0, 30),
        line(1, "dear", 3000, false, 0, 30),
        line(2, "dear", -3000, false, 0, 30),
        line(2, "cheap", 900, false, 0, 30),
    ];
    assert_eq!(given(&lines), [(0, 500)]);
    for month in 1..8 {
        let number = usize::try_from(month).unwrap() + 2;
        lines.push(line(number, "cheap", 900, true, month * 30, month * 30 + 30));
    }
    let total: i64 = given(&lines).iter().map(|(_, credits)| credits).sum();
    assert_eq!(total, 800, "as if it had been cheap all the time");
}

#[test]
fn periods_that_break_each_other_off_give_once() {
    let lines = [
        line(0, "cheap", 900, true, 0, 30),
        line(1, "cheap", -600, false, 10, 30),
        line(1, "yearly", 30_000, true, 10, 375),
        line(2, "yearly", -29_178, false, 20, 375),
        line(2, "cheap", 900, true, 20, 50),
        line(3, "cheap", -600, false, 30, 50),
        line(3, "yearly", 30_000, true, 30, 395),
    ];
    let total = |lines: &[PaidLine]| given(lines).iter().map(|(_, credits)| credits).sum::<i64>();
    assert_eq!(total(&lines[..3]), 6000);
    assert_eq!(total(&lines[..5]), 6000);
    assert_eq!(total(&lines), 6000);
}

#[test]
fn what_costs_nothing_gives_its_credits_and_what_nobody_knows_none() {
    assert_eq!(given(&[line(0, "free", 0, true, 0, 30), line(1, "free", 0, true, 30, 60)]), [(0, 10), (30, 10)]);
    assert_eq!(given(&[line(0, "of nobody", 700, true, 0, 30)]), []);
}
