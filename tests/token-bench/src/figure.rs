//! One line of the report.

use std::fmt;

/// A measured number and what it should be.
pub struct Figure {
    words: &'static str,
    unit: &'static str,
    value: f64,
    bound: Option<Bound>,
}

struct Bound {
    least: f64,
    most: f64,
    /// Beyond this it isn't the machine's fault.
    clearly_broken: f64,
}

impl Figure {
    /// One to know, without a bound.
    pub fn told(words: &'static str, unit: &'static str, value: f64) -> Self {
        Self { words, unit, value, bound: None }
    }

    /// A time: a busy machine may spoil it up to `clearly_broken`.
    pub fn bounded(words: &'static str, unit: &'static str, value: f64, most: f64, clearly_broken: f64) -> Self {
        Self { words, unit, value, bound: Some(Bound { least: 0.0, most, clearly_broken }) }
    }

    /// A count, which no machine spoils.
    pub fn exact(words: &'static str, unit: &'static str, value: f64, least: f64, most: f64) -> Self {
        Self { words, unit, value, bound: Some(Bound { least, most, clearly_broken: most }) }
    }

    pub fn is_broken(&self) -> bool {
        self.bound.as_ref().is_some_and(|bound| self.value < bound.least || self.value > bound.clearly_broken)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.value.fract() == 0.0 { format!("{}", self.value) } else { format!("{:.2}", self.value) };
        let verdict = match &self.bound {
            None => String::new(),
            Some(_) if self.is_broken() => "BROKEN".to_owned(),
            Some(bound) if self.value > bound.most => format!("a little over {}", bound.most),
            Some(_) => "ok".to_owned(),
        };
        write!(formatter, "{:<40}{value:>12} {:<4} {verdict}", self.words, self.unit)
    }
}
