//! What idempotency keys stand for: the first answer, whatever it was, for the same call again.

use std::collections::HashMap;

use axum::http::StatusCode;

use crate::params::Params;
use crate::problem::Problem;

/// The longest key that Stripe takes.
const LONGEST_KEY: usize = 255;

/// A call that came with a key, and its answer.
struct Saved {
    path: String,
    params: Params,
    answer: (StatusCode, String),
}

/// All keys of an account and mode.
#[derive(Default)]
pub struct Keys(HashMap<String, Saved>);

impl Keys {
    /// The kept answer, or `None` when the key is new.
    pub fn find(&self, key: &str, path: &str, params: &Params) -> Result<Option<(StatusCode, String)>, Problem> {
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Err(Problem::invalid("Idempotency-Key must be 1 to 255 characters."));
        }
        match self.0.get(key) {
            Some(saved) if saved.path == path && saved.params == *params => Ok(Some(saved.answer.clone())),
            Some(_) => Err(Problem::other_request(key)),
            None => Ok(None),
        }
    }

    /// Keeps the answer.
    pub fn keep(&mut self, key: &str, path: &str, params: Params, answer: (StatusCode, String)) {
        self.0.insert(key.to_owned(), Saved { path: path.to_owned(), params, answer });
    }

    /// Forgets all, as Stripe does with keys that are older than a day.
    pub fn expire(&mut self) {
        self.0.clear();
    }
}
