//! A page as a handler answers it: which template, with what in it. `dress` makes HTML of it.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde_json::Value;

/// A page to be shown.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) template: &'static str,
    /// Values for the template; `title` is among them.
    pub(super) content: Value,
    /// Seconds after which trying again makes sense.
    pub(super) wait_seconds: Option<u64>,
}

impl Page {
    pub(super) fn new(template: &'static str, content: Value) -> Self {
        Self { status: StatusCode::OK, template, content, wait_seconds: None }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut answer = self.status.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

/// Leads on to a page of ours after a form was taken. Nobody else's address is ever given here.
pub(super) fn see(path: &str) -> Redirect {
    Redirect::to(path)
}
