//! How many credits follow from what was paid for a subscription.

mod counting;
mod heard;

use std::collections::BTreeMap;

use service_kit::Timestamp;

pub use counting::counting;

use crate::domain::{PaidLine, PlanVersion};
use heard::{Due, Heard};

/// Periods of a subscription of which each began before the one before it was over, since it was changed: together they
/// give credits once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub start: Timestamp,
    /// What it has given when it was heard of in time.
    pub credits: i64,
    /// The plan that gives the most.
    pub plan: PlanVersion,
}

/// The stretches of one subscription, oldest first, given its lines that count and the plans of their prices. What was
/// given and then settled back is made up for by the stretches that follow. The outcome is that of hearing of each
/// invoice when it was paid, whenever it is heard of.
pub fn stretches(lines: &[&PaidLine], plans: &BTreeMap<String, PlanVersion>) -> Vec<Stretch> {
    hear_all(&mut Heard::new(plans), lines)
}

fn hear_all<'a>(heard: &mut Heard<'a>, lines: &[&'a PaidLine]) -> Vec<Stretch> {
    let mut lines = lines.to_vec();
    lines.sort_by_key(|line| line.invoice);
    let mut given: BTreeMap<Timestamp, (i64, &PlanVersion)> = BTreeMap::new();
    let mut total = 0;
    for invoice in lines.chunk_by(|line, next| line.invoice == next.invoice) {
        for line in invoice {
            heard.hear(line);
        }
        for Due { start, credits, plan } in heard.due(total) {
            total += i128::from(credits);
            let before = given.get(&start).map_or(0, |(before, _)| *before);
            given.insert(start, (before.saturating_add(credits), plan));
        }
    }
    let stretch = |(start, (credits, plan)): (_, (_, &PlanVersion))| Stretch { start, credits, plan: plan.clone() };
    given.into_iter().map(stretch).collect()
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
