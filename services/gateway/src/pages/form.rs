//! Forms as browsers send them. Taking one out of a request checks that it was sent from a page of ours.

use std::collections::HashMap;

use axum::extract::{FromRequest, Request};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use service_kit::{ErrorReason, Refusal};

use super::form_proof;
use super::snag::Snag;
use crate::extract::bounded_body::read;
use crate::gateway::Gateway;
use crate::http_error::HttpError;

/// Largest form, in bytes.
const LARGEST: usize = 64 * 1024;
/// Most bytes of one value; the longest password in the longest encoding has fewer.
const LONGEST: usize = 2048;
/// Most fields; ours have fewer.
const MOST_FIELDS: usize = 32;

/// What was typed into a form. Fields that nobody asks for are left unread: browsers' extensions add some.
pub(super) struct Form(HashMap<String, String>);

impl Form {
    /// What a field holds, nothing when it is not there.
    pub(super) fn text(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// The same without spaces around it, for what is not a password.
    pub(super) fn trimmed(&self, field: &str) -> String {
        self.text(field).trim().to_owned()
    }

    /// Whether a box is ticked.
    pub(super) fn is_ticked(&self, field: &str) -> bool {
        !self.text(field).is_empty()
    }
}

impl FromRequest<Gateway> for Form {
    type Rejection = Snag;

    async fn from_request(request: Request, gateway: &Gateway) -> Result<Self, Snag> {
        let (parts, body) = request.into_parts();
        if !is_form(&parts.headers) {
            let refusal = Refusal::new(ErrorReason::UnsupportedMediaType, "This address takes forms alone.");
            return Err(HttpError::from(refusal).into());
        }
        let body = read(body, LARGEST).await?;
        let form = fields(&body)?;
        form_proof::check(&parts.headers, form.text("proof"), &gateway.origins).map_err(HttpError::from)?;
        Ok(form)
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn fields(body: &[u8]) -> Result<Form, HttpError> {
    let mut fields = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        if value.len() > LONGEST || value.contains('\0') {
            return Err(HttpError::invalid("form", "holds something that is too long or cannot be read"));
        }
        if fields.len() >= MOST_FIELDS || fields.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(HttpError::invalid("form", "holds a field twice or too many of them"));
        }
    }
    Ok(Form(fields))
}
