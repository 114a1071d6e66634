//! What is said when a form was taken and nothing more is to be shown.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use super::page::Page;
use super::snag::Snag;
use crate::http_error::HttpError;

/// What has been done, for whoever was led there from a form; the same for everybody.
pub(super) async fn show(what: Result<Path<String>, PathRejection>) -> Result<Page, Snag> {
    let what = what.map(|Path(what)| what).unwrap_or_default();
    let (title, text, next) = match what.as_str() {
        "declined" => (
            "You declined the invitation",
            "Whoever invited you can see that. Nothing else has changed.",
            "If that was a mistake, ask for a new invitation.",
        ),
        "address-changed" => (
            "Your address was changed",
            "Your account has its new e-mail address from now on. You were signed out everywhere but where you asked for it.",
            "Sign in with the new address.",
        ),
        "password-changed" => {
            ("Your new password is set", "You were signed out everywhere.", "Sign in with your new password.")
        }
        "mail-sent" => (
            "Look into your mail",
            "If this address has an account, a link to choose a new password is on its way to it. The link works for an hour.",
            "Nothing there after a few minutes? Look among unwanted mail, and check that the address was right.",
        ),
        _ => {
            let nothing = Refusal::new(ErrorReason::NotFound, "There is nothing at this path.");
            return Err(HttpError::from(nothing).into());
        }
    };
    let has_sign_in = ["address-changed", "password-changed"].contains(&what.as_str());
    Ok(Page::new("done.html", json!({ "title": title, "text": text, "next": next, "has_sign_in": has_sign_in })))
}
