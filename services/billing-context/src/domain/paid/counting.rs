//! Which lines give anything.

use std::collections::BTreeMap;

use service_kit::Timestamp;

use crate::domain::{PaidLine, PlanVersion};

/// Those lines that give anything, in their order. One that costs nothing does for the subscription that had the organization's
/// one trial, `trial`, and for a free plan unless another subscription gave something for that time.
pub fn counting<'a>(
    lines: &[&'a PaidLine],
    plans: &BTreeMap<String, PlanVersion>,
    trial: Option<&str>,
) -> Vec<&'a PaidLine> {
    let mut periods: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].is_period).collect();
    periods.sort_by_key(|at| (lines[*at].start, &lines[*at].provider_id));
    let mut is_covered = vec![false; lines.len()];
    let mut running = Running::default();
    for at in periods {
        let line = lines[at];
        is_covered[at] = running.until_beside(&line.provider_id).is_some_and(|end| line.start < end);
        running.note(&line.provider_id, line.end);
    }
    let gives = |(line, is_covered): (&&PaidLine, bool)| {
        if line.amount != 0 || !line.is_period {
            return true;
        }
        let is_free = plans.get(&line.price).is_some_and(|plan| plan.terms.price_cents == 0);
        if is_free { !is_covered } else { trial == Some(line.provider_id.as_str()) }
    };
    lines.iter().zip(is_covered).filter(|it| gives((it.0, it.1))).map(|(line, _)| *line).collect()
}

/// Until when the periods that were met run.
#[derive(Default)]
struct Running<'a> {
    /// The one that runs longest.
    longest: Option<(&'a str, Timestamp)>,
    /// The longest that any other subscription's runs.
    other: Option<Timestamp>,
}

impl<'a> Running<'a> {
    /// Until when another subscription's run.
    fn until_beside(&self, provider_id: &str) -> Option<Timestamp> {
        self.longest.and_then(|(longest, end)| if longest == provider_id { self.other } else { Some(end) })
    }

    fn note(&mut self, provider_id: &'a str, end: Timestamp) {
        match &mut self.longest {
            Some((longest, until)) if *longest == provider_id => *until = end.max(*until),
            Some((_, until)) if end <= *until => self.other = self.other.max(Some(end)),
            before => {
                self.other = before.map(|(_, until)| until);
                self.longest = Some((provider_id, end));
            }
        }
    }
}
