//! Signing in on a page.

use axum::response::{IntoResponse, Response};
use contracts::identity::v1 as proto;
use service_kit::ErrorReason;

use super::account_forms::{AccountForms, Filled};
use super::form::Form;
use super::page::see;
use super::place::{Place, page_for};
use super::snag::Snag;
use super::visit::Visit;
use super::visitor::Visitor;
use crate::http_error::HttpError;
use crate::session_cookies::{Delivery, SetCookies, presented_device_token};

/// How the form's fields are called by identity, here, and in a sentence.
const FIELDS: [(&str, &str, &str); 2] =
    [("email", "email", "The e-mail address"), ("password", "password", "The password")];

/// Signs in and comes back to the page, signed in.
pub(super) async fn sign_in(visit: Visit, place: Place, form: Form) -> Result<Response, Snag> {
    let (email, remember) = (form.trimmed("email"), form.text("remember").to_owned());
    let mut filled = Filled::with([("email", email.clone()), ("remember", remember)]);
    filled.require("email", &email, "Enter your e-mail address.");
    filled.require("password", form.text("password"), "Enter your password.");
    if !filled.is_right() {
        let status = Some(http::StatusCode::BAD_REQUEST);
        let forms = AccountForms { sign_in: filled, status, ..AccountForms::default() };
        return Ok(page_for(&visit, &place, &Visitor::Nobody, forms).await?.into_response());
    }
    match log_in(&visit, email, &form).await {
        Ok(cookies) => Ok((cookies, see(&place.path())).into_response()),
        Err(error) => {
            let problem = if error.reason() == ErrorReason::InvalidCredentials {
                filled.blame("password", error.message());
                None
            } else {
                filled.blame_for(&error, &FIELDS)
            };
            let mut forms = AccountForms { sign_in: filled, problem, ..AccountForms::default() };
            forms.refused(&error);
            Ok(page_for(&visit, &place, &Visitor::Nobody, forms).await?.into_response())
        }
    }
}

async fn log_in(visit: &Visit, email: String, form: &Form) -> Result<SetCookies, HttpError> {
    let request = proto::LoginRequest {
        email,
        password: form.text("password").to_owned(),
        organization_id: String::new(),
        remember_me: form.is_ticked("remember"),
        app_code: String::new(),
        device_token: presented_device_token(None, &visit.headers),
        in_cookies: true,
    };
    let answer = visit.gateway.upstreams.authentication().login(visit.public(request)).await?.into_inner();
    let (cookies, ..) = Delivery::InCookies.hand_over_signed_in(answer.tokens, answer.device_token)?;
    Ok(cookies)
}
