//! The plainest way to the same: every invoice is heard by looking at everything that was heard before it anew.

use std::collections::BTreeMap;

use service_kit::Timestamp;

use crate::domain::{PaidLine, PlanVersion, Stretch};

/// The stretches of one subscription, oldest first, given its lines that count and the plans of their prices. What was
/// given and then settled back is made up for by the stretches that follow. The outcome is that of hearing of each
/// invoice when it was paid, whenever it is heard of.
pub fn stretches(lines: &[&PaidLine], plans: &BTreeMap<String, PlanVersion>) -> Vec<Stretch> {
    let mut invoices: Vec<usize> = lines.iter().map(|line| line.invoice).collect();
    invoices.sort_unstable();
    invoices.dedup();
    let mut given: BTreeMap<Timestamp, Stretch> = BTreeMap::new();
    for latest in invoices {
        let heard: Vec<&PaidLine> = lines.iter().copied().filter(|line| line.invoice <= latest).collect();
        let mut spare: i64 = given.values().map(|stretch| stretch.credits).sum();
        for stretch in standing(&heard, plans) {
            let covered = spare.min(stretch.credits);
            spare -= covered;
            let due = stretch.credits - covered;
            if due > 0 {
                let before = given.get(&stretch.start).map_or(0, |before| before.credits);
                given.insert(stretch.start, Stretch { credits: before + due, ..stretch });
            }
        }
    }
    given.into_values().collect()
}

/// What each stretch is worth by what has been paid and given back for it up to now.
fn standing(lines: &[&PaidLine], plans: &BTreeMap<String, PlanVersion>) -> Vec<Stretch> {
    let mut periods: Vec<&PaidLine> = lines.iter().copied().filter(|line| line.is_period).collect();
    periods.sort_by_key(|line| (line.start, line.invoice));
    let mut groups: Vec<Vec<&PaidLine>> = Vec::new();
    for period in periods {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| period.start < last.end) => group.push(period),
            _ => groups.push(vec![period]),
        }
    }
    for change in lines.iter().copied().filter(|line| !line.is_period) {
        let of_it = |group: &&mut Vec<&PaidLine>| group.first().is_some_and(|first| first.start <= change.start);
        if let Some(group) = groups.iter_mut().rev().find(of_it) {
            group.push(change);
        }
    }
    groups.iter().filter_map(|group| worth(group, plans)).collect()
}

fn worth(group: &[&PaidLine], plans: &BTreeMap<String, PlanVersion>) -> Option<Stretch> {
    let start = group.first()?.start;
    let mut best: Option<Stretch> = None;
    for (price, plan) in plans {
        let amounts: Vec<i64> = group.iter().filter(|line| line.price == *price).map(|line| line.amount).collect();
        let Some(largest) = amounts.iter().copied().max() else { continue };
        let credits = kept_of(plan.terms.credits_amount, &amounts, largest);
        if best.as_ref().is_none_or(|best| best.credits < credits) {
            best = Some(Stretch { start, credits, plan: plan.clone() });
        }
    }
    best
}

/// The part of a plan's credits of whose price nothing was given back. What costs nothing gives them whole.
fn kept_of(credits: i64, amounts: &[i64], largest: i64) -> i64 {
    let kept: i128 = amounts.iter().map(|amount| i128::from(*amount)).sum();
    match largest {
        0 if kept == 0 => credits,
        ..=0 => 0,
        _ => {
            let part = i128::from(credits) * kept.clamp(0, largest.into()) / i128::from(largest);
            i64::try_from(part).unwrap_or(credits)
        }
    }
}

/// Whether a line gives anything, by looking at all others.
pub fn counts(line: &PaidLine, all: &[&PaidLine], plans: &BTreeMap<String, PlanVersion>, trial: Option<&str>) -> bool {
    if line.amount != 0 || !line.is_period {
        return true;
    }
    let is_free = plans.get(&line.price).is_some_and(|plan| plan.terms.price_cents == 0);
    if !is_free {
        return trial == Some(line.provider_id.as_str());
    }
    let covers = |other: &&PaidLine| {
        let is_earlier = (other.start, &other.provider_id) < (line.start, &line.provider_id);
        other.is_period && other.provider_id != line.provider_id && is_earlier && line.start < other.end
    };
    !all.iter().any(covers)
}
