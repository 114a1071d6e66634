//! The lines of one subscription as they are heard, an invoice after the other, and what they are worth up to then. A line
//! that is heard in the order of the periods, as nearly all are, costs no more than looking at the last of them.

use std::collections::BTreeMap;
use std::ops::Range;

use service_kit::Timestamp;

use crate::domain::{PaidLine, PlanVersion};

/// What has been heard.
pub struct Heard<'a> {
    plans: &'a BTreeMap<String, PlanVersion>,
    /// Oldest first.
    chains: Vec<Chain<'a>>,
    /// Changes from before all periods: they belong to none, unless an earlier period is heard of.
    early: Vec<&'a PaidLine>,
    /// Of all chains together.
    credits: i128,
    /// How often a line, a price or a chain was looked at.
    #[cfg(test)]
    pub looks: usize,
}

/// Credits that have not been given.
pub struct Due<'a> {
    /// Of the stretch that gives them.
    pub start: Timestamp,
    pub credits: i64,
    /// The plan that gives the most.
    pub plan: &'a PlanVersion,
}

/// Periods of which each began before the one before it was over, and the changes since the first began.
struct Chain<'a> {
    /// By their start, those of one start by their invoice.
    periods: Vec<&'a PaidLine>,
    changes: Vec<&'a PaidLine>,
    /// By price, for the prices of plans.
    tallies: BTreeMap<&'a str, Tally<'a>>,
}

/// What was paid of one price.
struct Tally<'a> {
    plan: &'a PlanVersion,
    kept: i128,
    largest: i64,
}

const fn place(line: &PaidLine) -> (Timestamp, usize) {
    (line.start, line.invoice)
}

impl<'a> Heard<'a> {
    /// Nothing yet, of prices that stand for these plans.
    pub const fn new(plans: &'a BTreeMap<String, PlanVersion>) -> Self {
        Self {
            plans,
            chains: Vec::new(),
            early: Vec::new(),
            credits: 0,
            #[cfg(test)]
            looks: 0,
        }
    }

    /// Takes in a line of the latest invoice.
    pub fn hear(&mut self, line: &'a PaidLine) {
        if !line.is_period {
            let began = self.chains.partition_point(|chain| chain.start() <= line.start);
            match began.checked_sub(1) {
                Some(at) => self.add(at, line),
                None => self.early.push(line),
            }
            return;
        }
        let began = self.chains.partition_point(|chain| chain.first().is_some_and(|first| place(first) <= place(line)));
        let Some(at) = began.checked_sub(1) else {
            let early = std::mem::take(&mut self.early);
            return self.chain_anew(0..self.chains.len().min(1), early, line);
        };
        let goes_on = |last: &PaidLine| place(last) <= place(line) && line.start < last.end;
        if began == self.chains.len() && self.chains[at].last().is_some_and(goes_on) {
            self.add(at, line);
        } else {
            // It may end a chain, or join it to the next.
            self.chain_anew(at..self.chains.len().min(at + 2), Vec::new(), line);
        }
    }

    /// What is not covered, oldest first, when so many credits have been given: these count against the oldest stretches,
    /// whichever they were given for.
    pub fn due(&mut self, given: i128) -> Vec<Due<'a>> {
        let mut left = self.credits - given;
        let mut due = Vec::new();
        for chain in self.chains.iter().rev() {
            if left <= 0 {
                break;
            }
            #[cfg(test)]
            {
                self.looks += 1;
            }
            let Some((worth, plan)) = chain.worth() else { continue };
            let credits = i64::try_from(left).unwrap_or(i64::MAX).min(worth);
            left -= i128::from(credits);
            if credits > 0 {
                due.push(Due { start: chain.start(), credits, plan });
            }
        }
        due.reverse();
        due
    }

    /// Adds a line to a chain, after all of its periods if it is one.
    fn add(&mut self, at: usize, line: &'a PaidLine) {
        let chain = &mut self.chains[at];
        self.credits -= chain.credits();
        chain.add(line, self.plans);
        self.credits += chain.credits();
        #[cfg(test)]
        {
            self.looks += 1 + self.chains[at].tallies.len();
        }
    }

    /// Makes chains of these chains' lines, of these changes, and of one more period.
    fn chain_anew(&mut self, which: Range<usize>, mut changes: Vec<&'a PaidLine>, period: &'a PaidLine) {
        let mut periods = Vec::new();
        let at = which.start;
        for chain in self.chains.drain(which) {
            self.credits -= chain.credits();
            periods.extend(chain.periods);
            changes.extend(chain.changes);
        }
        periods.insert(periods.partition_point(|before| place(before) <= place(period)), period);
        #[cfg(test)]
        {
            self.looks += periods.len() + changes.len();
        }
        let mut chains: Vec<Chain> = Vec::new();
        for period in periods {
            match chains.last_mut() {
                Some(chain) if chain.last().is_some_and(|last| period.start < last.end) => {
                    chain.add(period, self.plans)
                }
                _ => chains.push(Chain::of(period, self.plans)),
            }
        }
        for change in changes {
            let began = chains.partition_point(|chain| chain.start() <= change.start);
            match began.checked_sub(1) {
                Some(at) => chains[at].add(change, self.plans),
                None => self.early.push(change),
            }
        }
        self.credits += chains.iter().map(Chain::credits).sum::<i128>();
        self.chains.splice(at..at, chains);
    }
}

impl<'a> Chain<'a> {
    fn of(period: &'a PaidLine, plans: &'a BTreeMap<String, PlanVersion>) -> Self {
        let mut chain = Self { periods: Vec::new(), changes: Vec::new(), tallies: BTreeMap::new() };
        chain.add(period, plans);
        chain
    }

    fn add(&mut self, line: &'a PaidLine, plans: &'a BTreeMap<String, PlanVersion>) {
        if line.is_period {
            self.periods.push(line)
        } else {
            self.changes.push(line)
        }
        if let Some((price, plan)) = plans.get_key_value(&line.price) {
            let tally = self.tallies.entry(price).or_insert(Tally { plan, kept: 0, largest: line.amount });
            tally.kept += i128::from(line.amount);
            tally.largest = tally.largest.max(line.amount);
        }
    }

    fn first(&self) -> Option<&'a PaidLine> {
        self.periods.first().copied()
    }

    fn last(&self) -> Option<&'a PaidLine> {
        self.periods.last().copied()
    }

    fn start(&self) -> Timestamp {
        self.periods[0].start
    }

    fn credits(&self) -> i128 {
        self.worth().map_or(0, |(credits, _)| credits.into())
    }

    /// By what has been paid and given back for it; the plan that gives the most, of those that give as much the first.
    fn worth(&self) -> Option<(i64, &'a PlanVersion)> {
        let mut best: Option<(i64, &PlanVersion)> = None;
        for tally in self.tallies.values() {
            let credits = tally.credits();
            if best.is_none_or(|(most, _)| most < credits) {
                best = Some((credits, tally.plan));
            }
        }
        best
    }
}

impl Tally<'_> {
    /// The part of a plan's credits of whose price nothing was given back. What costs nothing gives them whole.
    fn credits(&self) -> i64 {
        let whole = self.plan.terms.credits_amount;
        match self.largest {
            0 if self.kept == 0 => whole,
            ..=0 => 0,
            largest => {
                let part = i128::from(whole) * self.kept.clamp(0, largest.into()) / i128::from(largest);
                i64::try_from(part).unwrap_or(whole)
            }
        }
    }
}
