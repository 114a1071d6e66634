//! Making an account on the page of an invitation or link.

use axum::response::{IntoResponse, Response};
use contracts::identity::v1 as identity;
use contracts::invitations::v1::RegisterInviteeRequest;
use http::StatusCode;
use service_kit::{ErrorReason, Refusal};

use super::account_forms::{AccountForms, Filled};
use super::form::Form;
use super::page::see;
use super::place::{Place, page_for};
use super::snag::Snag;
use super::visit::Visit;
use super::visitor::Visitor;
use crate::http_error::HttpError;
use crate::session_cookies::{Delivery, SetCookies};
use crate::shapes::incomplete::filled as present;

/// How the form's fields are called by identity, here, and in a sentence.
const FIELDS: [(&str, &str, &str); 3] = [
    ("email", "email", "The e-mail address"),
    ("password", "password", "The password"),
    ("display_name", "name", "Your name"),
];

/// Makes the account and comes back to the page, signed in. The address is proven by its own mail and nothing else,
/// so nobody belongs to anything by this alone.
pub(super) async fn sign_up(visit: Visit, place: Place, form: Form) -> Result<Response, Snag> {
    let (email, name) = (form.trimmed("email"), form.trimmed("name"));
    let mut filled = Filled::with([("email", email.clone()), ("name", name.clone())]);
    filled.require("email", &email, "Enter your e-mail address.");
    filled.require("password", form.text("password"), "Choose a password.");
    let (sign_in, is_new) = (Filled::with([("email", email.clone())]), true);
    if !filled.is_right() {
        let status = Some(StatusCode::BAD_REQUEST);
        let forms = AccountForms { sign_in, sign_up: filled, is_new, status, ..AccountForms::default() };
        return Ok(page_for(&visit, &place, &Visitor::Nobody, forms).await?.into_response());
    }
    match register(&visit, &place, (email, name), &form).await {
        Ok(Some(cookies)) => Ok((cookies, see(&place.path())).into_response()),
        Ok(None) => Ok(see(&format!("{}?mail=sent", place.path())).into_response()),
        Err(error) => {
            let problem = blame(&mut filled, &error);
            let mut forms = AccountForms { sign_in, sign_up: filled, is_new, problem, ..AccountForms::default() };
            forms.refused(&error);
            Ok(page_for(&visit, &place, &Visitor::Nobody, forms).await?.into_response())
        }
    }
}

/// Nothing to keep where sign-up does not tell whether an address has an account: then a mail tells how to go on.
async fn register(
    visit: &Visit,
    place: &Place,
    (email, name): (String, String),
    form: &Form,
) -> Result<Option<SetCookies>, HttpError> {
    let (Place::Invitation(token) | Place::Join(token)) = place else {
        return Err(Refusal::new(ErrorReason::NotFound, "Accounts are made by an invitation here.").into());
    };
    let registration = identity::RegisterRequest {
        email,
        password: form.text("password").to_owned(),
        first_name: None,
        last_name: None,
        display_name: Some(name).filter(|name| !name.is_empty()),
        app_code: String::new(),
        is_invited: false,
        in_cookies: true,
    };
    let invite_token = token.expose().to_owned();
    let request = visit.public(RegisterInviteeRequest { registration: Some(registration), invite_token });
    let answer = visit.gateway.upstreams.admissions().register_invitee(request).await?.into_inner();
    let registered = present(answer.registered, "the sign-up")?;
    if registered.user.is_none() {
        return Ok(None);
    }
    let (cookies, ..) = Delivery::InCookies.hand_over_signed_in(registered.tokens, registered.device_token)?;
    Ok(Some(cookies))
}

fn blame(form: &mut Filled, error: &HttpError) -> Option<String> {
    match error.reason() {
        ErrorReason::WeakPassword => form.blame("password", error.message()),
        ErrorReason::UserAlreadyExists => form.blame("email", error.message()),
        ErrorReason::InviteEmailMismatch => {
            let invited = error.detail("invited_email").unwrap_or("another address");
            form.blame("email", format!("This invitation was sent to {invited}. Make an account with that address."));
        }
        _ => return form.blame_for(error, &FIELDS),
    }
    None
}
