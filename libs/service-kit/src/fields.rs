//! Collects everything that is wrong with a request before refusing it.

use std::fmt::Display;

use crate::refusal::Refusal;

/// Gathers field violations while a request is parsed into a command.
///
/// ```
/// # use service_kit::{Fields, Id};
/// # struct Team;
/// fn parse(id: &str) -> Result<Id<Team>, service_kit::Refusal> {
///     let mut fields = Fields::default();
///     let id = fields.check("id", id.parse::<Id<Team>>());
///     let (Some(id),) = (id,) else { return Err(fields.refuse()) };
///     Ok(id)
/// }
/// assert!(parse("x").is_err());
/// ```
#[derive(Default)]
pub struct Fields {
    violations: Vec<(String, String)>,
}

impl Fields {
    /// The parsed value, or `None` after noting what is wrong with the field.
    pub fn check<T, E: Display>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|problem| self.violations.push((field.to_owned(), problem.to_string()))).ok()
    }

    /// Like `check` for a field that may be absent; `Some(None)` when it is.
    pub fn check_optional<T, E: Display>(&mut self, field: &str, parsed: Option<Result<T, E>>) -> Option<Option<T>> {
        match parsed {
            None => Some(None),
            Some(parsed) => self.check(field, parsed).map(Some),
        }
    }

    /// Notes a violation found in another way.
    pub fn violation(&mut self, field: &str, problem: impl Into<String>) {
        self.violations.push((field.to_owned(), problem.into()));
    }

    /// Whether nothing is wrong so far.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// VALIDATION_ERROR with everything noted.
    pub fn refuse(self) -> Refusal {
        Refusal::invalid(self.violations)
    }
}
