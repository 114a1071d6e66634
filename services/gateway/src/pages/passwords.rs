//! A new password: asking for the mail that lets one be chosen, and choosing it.

use axum::response::{IntoResponse, Response};
use contracts::identity::v1 as proto;
use http::StatusCode;
use serde_json::json;
use service_kit::ErrorReason;

use super::account_forms::Filled;
use super::form::Form;
use super::mailed_links::{MailedLink, token_in};
use super::page::{Page, see};
use super::session::end_session;
use super::snag::Snag;
use super::visit::Visit;
use crate::http_error::HttpError;
use crate::session_cookies::SetCookies;

/// Asks for the address that the link is mailed to.
pub(super) async fn ask_for_address() -> Page {
    address_page(&Filled::default(), None)
}

/// Mails the link if there is an account; what is answered does not tell.
pub(super) async fn mail_link(visit: Visit, form: Form) -> Result<Response, Snag> {
    let email = form.trimmed("email");
    let mut filled = Filled::with([("email", email.clone())]);
    filled.require("email", &email, "Enter your e-mail address.");
    if !filled.is_right() {
        let page = Page { status: StatusCode::BAD_REQUEST, ..address_page(&filled, None) };
        return Ok(page.into_response());
    }
    let request = visit.public(proto::RequestPasswordResetRequest { email });
    let asked = visit.gateway.upstreams.passwords().request_password_reset(request).await;
    let Err(error) = asked.map_err(HttpError::from) else { return Ok(see("/done/mail-sent").into_response()) };
    let problem = filled.blame_for(&error, &[("email", "email", "The e-mail address")]);
    Ok(refused(address_page(&filled, problem), &error).into_response())
}

/// Asks for the new password.
pub(super) async fn ask_for_new(link: MailedLink) -> Result<Page, Snag> {
    let token = link.token().map_err(Snag::about_a_new_password)?;
    Ok(choice_page(&token, &Filled::default(), None))
}

/// Sets the new password. Every session of the account ends by that, and so does the one of this browser, whosever it is.
pub(super) async fn reset(visit: Visit, form: Form) -> Result<Response, Snag> {
    let token = token_in(&form).map_err(Snag::about_a_new_password)?;
    let new_password = form.text("password").to_owned();
    let mut filled = Filled::default();
    filled.require("password", &new_password, "Choose a password.");
    if !filled.is_right() {
        let page = Page { status: StatusCode::BAD_REQUEST, ..choice_page(&token, &filled, None) };
        return Ok(page.into_response());
    }
    let request = visit.public(proto::ResetPasswordRequest { token: token.clone(), new_password });
    let reset = visit.gateway.upstreams.passwords().reset_password(request).await;
    let Err(error) = reset.map_err(HttpError::from) else {
        let cookies: SetCookies = end_session(&visit).await.unwrap_or_default();
        return Ok((cookies, see("/done/password-changed")).into_response());
    };
    if error.reason() == ErrorReason::LinkInvalid {
        return Err(Snag::from(error).about_a_new_password());
    }
    let problem = match error.reason() {
        ErrorReason::WeakPassword => {
            filled.blame("password", error.message());
            None
        }
        _ => filled.blame_for(&error, &[("new_password", "password", "The password")]),
    };
    Ok(refused(choice_page(&token, &filled, problem), &error).into_response())
}

fn address_page(form: &Filled, problem: Option<String>) -> Page {
    let content = json!({
        "title": "Forgot your password?", "has_problem": problem.is_some() || !form.is_right(),
        "form": form, "problem": problem, "action": format!("{}/forgot-password", super::ACTIONS),
    });
    Page::new("forgot_password.html", content)
}

fn choice_page(token: &str, form: &Filled, problem: Option<String>) -> Page {
    let content = json!({
        "title": "Choose a new password", "has_problem": problem.is_some() || !form.is_right(),
        "form": form, "problem": problem, "action": format!("{}/reset-password", super::ACTIONS), "token": token,
    });
    Page::new("new_password.html", content)
}

fn refused(page: Page, error: &HttpError) -> Page {
    Page { status: error.status(), wait_seconds: error.wait_seconds(), ..page }
}
