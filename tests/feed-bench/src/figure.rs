//! A number, and how far it may go.

use std::fmt;

pub struct Figure {
    words: &'static str,
    unit: &'static str,
    value: f64,
    bound: Option<Bound>,
}

enum Bound {
    /// At most; beyond the second number something is broken, and between them the machine may be to blame.
    Most(f64, f64),
    /// At least, and the same.
    Least(f64, f64),
}

impl Figure {
    pub const fn told(words: &'static str, unit: &'static str, value: f64) -> Self {
        Self { words, unit, value, bound: None }
    }

    pub const fn at_most(words: &'static str, unit: &'static str, value: f64, most: f64, clearly_broken: f64) -> Self {
        Self { words, unit, value, bound: Some(Bound::Most(most, clearly_broken)) }
    }

    pub const fn at_least(
        words: &'static str,
        unit: &'static str,
        value: f64,
        least: f64,
        clearly_broken: f64,
    ) -> Self {
        Self { words, unit, value, bound: Some(Bound::Least(least, clearly_broken)) }
    }

    pub fn is_broken(&self) -> bool {
        match self.bound {
            None => false,
            Some(Bound::Most(_, broken)) => self.value > broken,
            Some(Bound::Least(_, broken)) => self.value < broken,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.value.fract() == 0.0 { format!("{}", self.value) } else { format!("{:.2}", self.value) };
        let verdict = match self.bound {
            None => String::new(),
            Some(_) if self.is_broken() => "BROKEN".to_owned(),
            Some(Bound::Most(most, _)) if self.value > most => format!("a little over {most}"),
            Some(Bound::Least(least, _)) if self.value < least => format!("a little under {least}"),
            Some(_) => "ok".to_owned(),
        };
        write!(formatter, "{:<58}{value:>12} {:<4} {verdict}", self.words, self.unit)
    }
}
