//! What stands in the forms for signing in and making an account: what was typed, passwords excepted, and what is wrong
//! with it.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use service_kit::ErrorReason;

use super::visit::Visit;
use crate::http_error::HttpError;

/// One form.
#[derive(Default, Serialize)]
pub(super) struct Filled {
    /// What was typed, by field.
    values: BTreeMap<&'static str, String>,
    /// What is wrong, by field.
    errors: BTreeMap<&'static str, String>,
}

impl Filled {
    /// A form with this in it.
    pub(super) fn with<const N: usize>(values: [(&'static str, String); N]) -> Self {
        Self { values: values.into(), errors: BTreeMap::new() }
    }

    /// Says what is wrong with a field.
    pub(super) fn blame(&mut self, field: &'static str, problem: impl Into<String>) {
        self.errors.insert(field, problem.into());
    }

    /// Says so of a field that was left empty.
    pub(super) fn require(&mut self, field: &'static str, text: &str, problem: &str) {
        if text.trim().is_empty() {
            self.blame(field, problem);
        }
    }

    /// Whether nothing is wrong so far.
    pub(super) fn is_right(&self) -> bool {
        self.errors.is_empty()
    }

    /// Puts what a service refuses beside the fields that it is about; each comes with its name there, its name here,
    /// and how it is called in a sentence. What is about none of them is answered.
    pub(super) fn blame_for(&mut self, error: &HttpError, fields: &[(&str, &'static str, &str)]) -> Option<String> {
        let mut rest = None;
        for (named, problem) in error.fields() {
            match fields.iter().find(|(there, ..)| *there == named) {
                Some((_, here, called)) => self.blame(here, sentence(called, problem)),
                None => rest = Some(error.message().to_owned()),
            }
        }
        if self.errors.is_empty() { rest.or_else(|| Some(plainly(error))) } else { rest }
    }
}

/// Services say what is wrong with a field as a sentence of its own or as one that its name begins.
fn sentence(called: &str, problem: &str) -> String {
    let begins_itself = problem.starts_with(char::is_uppercase);
    let sentence = if begins_itself { problem.to_owned() } else { format!("{called} {problem}") };
    if sentence.ends_with('.') { sentence } else { format!("{sentence}.") }
}

/// What a refusal that is about no field says.
fn plainly(error: &HttpError) -> String {
    match error.reason() {
        ErrorReason::ServiceUnavailable | ErrorReason::DeadlineExceeded => {
            "This does not work right now. Nothing is half done; try again in a moment.".to_owned()
        }
        _ if error.status() == StatusCode::INTERNAL_SERVER_ERROR => {
            "Something went wrong on our side. Try again; if it stays, tell whoever runs this service.".to_owned()
        }
        _ => error.message().to_owned(),
    }
}

/// Both forms, and what is said above them.
#[derive(Default)]
pub(super) struct AccountForms {
    pub(super) sign_in: Filled,
    pub(super) sign_up: Filled,
    /// Whether the form for a new account is the one that is open.
    pub(super) is_new: bool,
    /// What went wrong beside the fields.
    pub(super) problem: Option<String>,
    /// What has happened.
    pub(super) note: Option<&'static str>,
    /// How the page is answered; `None`: as usual.
    pub(super) status: Option<StatusCode>,
    /// Seconds after which trying again makes sense.
    pub(super) wait_seconds: Option<u64>,
}

impl AccountForms {
    /// Empty ones, with what the visitor was led here to be told.
    pub(super) fn fresh(visit: &Visit) -> Self {
        let note = visit
            .is_mail_sent
            .then_some("A mail is on its way to you. Open it and follow its link; look among unwanted mail too.");
        Self { note, ..Self::default() }
    }

    /// Empty ones after a session has ended.
    pub(super) fn after_session() -> Self {
        let problem = "You are no longer signed in. Sign in again to go on.".to_owned();
        Self { problem: Some(problem), status: Some(StatusCode::FORBIDDEN), ..Self::default() }
    }

    /// Takes over how a refusal is answered.
    pub(super) fn refused(&mut self, error: &HttpError) {
        self.status = Some(error.status());
        self.wait_seconds = error.wait_seconds();
    }

    /// For templates.
    pub(super) fn shown(&self) -> Value {
        json!({
            "sign_in": self.sign_in, "sign_up": self.sign_up, "is_new": self.is_new,
            "problem": self.problem, "note": self.note,
        })
    }

    /// Whether something is wrong.
    pub(super) fn has_problem(&self) -> bool {
        self.problem.is_some() || !self.sign_in.is_right() || !self.sign_up.is_right()
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn what_is_wrong_with_a_field_is_one_sentence() {
        assert_eq!(sentence("Your name", "must be shorter"), "Your name must be shorter.");
        assert_eq!(sentence("The e-mail address", "An address needs an @."), "An address needs an @.");
    }
}
