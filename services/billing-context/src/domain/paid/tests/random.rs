//! Lines by chance against the model, and how much work lines of ordinary shapes are.

use service_kit::Entropy;

use super::super::heard::Heard;
use super::super::{counting, hear_all, model, stretches};
use super::{line, plans};
use crate::domain::PaidLine;

/// Up to forty lines with times so close together that most of what can happen to chains does.
fn by_chance(seed: u64) -> Vec<PaidLine> {
    let chance = Entropy::seeded(seed);
    let draw = |below: u64| i64::try_from(chance.below(below)).unwrap();
    let span = [8, 30, 200][usize::try_from(draw(3)).unwrap()];
    let is_orderly = draw(2) == 0;
    let count = draw(40);
    let mut lines: Vec<PaidLine> = (0..count)
        .map(|number| {
            let start = if is_orderly { number * span / count.max(1) + draw(3) } else { draw(span.unsigned_abs()) };
            let price = ["cheap", "dear", "yearly", "free", "of nobody"][usize::try_from(draw(5)).unwrap()];
            let amount = [0, 900, 3000, -450, -900, -3000, draw(4000)][usize::try_from(draw(7)).unwrap()];
            let invoice = usize::try_from(number / (1 + draw(3))).unwrap();
            // Some are over as they begin, and some before.
            let end = start + [0, -2, 5, 10, 40][usize::try_from(draw(5)).unwrap()];
            let provider_id = ["one", "two", "three"][usize::try_from(draw(3)).unwrap()].to_owned();
            PaidLine { provider_id, ..line(invoice, price, amount, draw(3) > 0, start, end) }
        })
        .collect();
    if draw(2) == 0 {
        lines.reverse();
    }
    lines
}

#[test]
fn whatever_was_paid_for_gives_what_the_model_gives() {
    let plans = plans();
    let mut given = 0;
    for seed in 0..5_000 {
        let lines = by_chance(seed);
        let lines: Vec<&PaidLine> = lines.iter().collect();
        let found = stretches(&lines, &plans);
        assert_eq!(found, model::stretches(&lines, &plans), "seed {seed}: {lines:#?}");
        given += found.len();
    }
    assert!(given > 5_000, "dull lines: {given} stretches");
}

#[test]
fn the_same_lines_count_as_in_the_model() {
    let plans = plans();
    let mut left_out = 0;
    for seed in 0..5_000 {
        let lines = by_chance(seed);
        let lines: Vec<&PaidLine> = lines.iter().collect();
        for trial in [None, Some("two")] {
            let expected = lines.iter().copied().filter(|line| model::counts(line, &lines, &plans, trial));
            let expected: Vec<&PaidLine> = expected.collect();
            assert_eq!(counting(&lines, &plans, trial), expected, "seed {seed}: {lines:#?}");
            left_out += lines.len() - expected.len();
        }
    }
    assert!(left_out > 5_000, "dull lines: {left_out} left out");
}

/// How many looks it takes to hear so many invoices of this shape.
fn looks(invoices: i64, shape: impl Fn(i64) -> Vec<PaidLine>) -> usize {
    let lines: Vec<PaidLine> = (0..invoices).flat_map(shape).collect();
    let (lines, plans) = (lines.iter().collect::<Vec<_>>(), plans());
    let mut heard = Heard::new(&plans);
    hear_all(&mut heard, &lines);
    heard.looks
}

#[test]
fn twice_the_invoices_are_twice_the_work() {
    let number = |invoice: i64| usize::try_from(invoice).unwrap();
    let renewals = |n: i64| vec![line(number(n), "cheap", 900, true, n * 30, n * 30 + 30)];
    let upgrades = |n: i64| match n % 2 {
        0 => vec![line(number(n), "cheap", 900, true, n * 30, n * 30 + 60)],
        _ => vec![
            line(number(n), "cheap", -450, false, n * 30, n * 30 + 30),
            line(number(n), "dear", 1500, false, n * 30, n * 30 + 30),
        ],
    };
    let broken_off = |n: i64| {
        let back = line(number(n), "cheap", -800, false, n * 10, n * 10 + 30);
        vec![back, line(number(n), "cheap", 900, true, n * 10, n * 10 + 30)]
    };
    let all_of_one_period = |n: i64| match n {
        0 => vec![line(0, "cheap", 900, true, 0, 30)],
        _ => vec![line(number(n), "cheap", 100, false, 15, 30), line(number(n), "dear", -100, false, 15, 30)],
    };
    let settled_back = |n: i64| {
        let settled = line(number(n), "cheap", -900, false, n * 30, n * 30 + 30);
        vec![line(number(n), "cheap", 900, true, n * 30, n * 30 + 30), settled]
    };
    assert_linear("renewals", renewals);
    assert_linear("upgrades", upgrades);
    assert_linear("periods that break each other off", broken_off);
    assert_linear("changes within one period", all_of_one_period);
    assert_linear("all of it given back", settled_back);
}

#[track_caller]
fn assert_linear(name: &str, shape: impl Fn(i64) -> Vec<PaidLine>) {
    let (half, whole) = (looks(1000, &shape), looks(2000, &shape));
    assert!(whole >= 2000 && whole <= 2 * half + 20, "{name}: {half} looks, then {whole}");
    assert!(whole <= 2000 * 12, "{name}: {whole} looks");
}
