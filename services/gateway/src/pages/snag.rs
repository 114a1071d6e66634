//! What a visitor is told when something does not work: what it is, and what to do next.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use service_kit::ErrorReason;
use service_kit::rates::in_words;
use service_kit::request_scope::RequestScope;

use super::page::Page;
use super::place::Place;
use super::visitor::Visitor;
use super::void_offer;
use crate::http_error::HttpError;

/// Something does not work.
pub(super) struct Snag {
    error: Box<HttpError>,
    /// Where the visitor is and would come back to.
    place: Option<Place>,
    /// Whether it is about a link to choose a password.
    is_about_a_password: bool,
    /// The address of the account that is signed in.
    signed_in_as: Option<String>,
}

/// What helps.
enum Help {
    /// The same page again.
    TryAgain,
    /// Signing in to another account and coming back.
    SwitchAccount,
    /// Another mail that proves the address.
    SendAgain,
    /// The app, or the list of organizations.
    GoOn,
    /// Another mail to choose a password.
    ForgotPassword,
    /// The first page of ours.
    GoHome,
}

/// How it is told.
struct Telling {
    title: &'static str,
    text: String,
    next: &'static str,
    help: Vec<Help>,
}

impl Snag {
    /// A snag on a page to which the visitor can come back.
    pub(super) fn at(place: &Place, visitor: &Visitor, error: HttpError) -> Self {
        let signed_in_as = visitor.account().map(|account| account.email.clone());
        Self { error: Box::new(error), place: Some(place.clone()), is_about_a_password: false, signed_in_as }
    }

    /// The same, about a link to choose a password.
    pub(super) fn about_a_new_password(self) -> Self {
        Self { is_about_a_password: true, ..self }
    }

    fn page(&self) -> Page {
        let Telling { title, text, next, help } = self.telling();
        let status = self.error.status();
        let request_id = RequestScope::current().filter(|_| status.is_server_error());
        let content = json!({
            "title": title,
            "text": text,
            "next": next,
            "help": help.iter().filter_map(|help| self.offered(help)).collect::<Vec<_>>(),
            "request_id": request_id.map(|scope| scope.request_id.to_string()),
        });
        Page { status, wait_seconds: self.error.wait_seconds(), ..Page::new("snag.html", content) }
    }

    /// For the template, where it can be had from this page.
    fn offered(&self, help: &Help) -> Option<Value> {
        let place = self.place.as_ref();
        let form = |action: &str, label: &str| {
            let account = self.signed_in_as.as_ref()?;
            Some(json!({ "form": format!("{}/{action}", place?.actions()), "label": label, "account": account }))
        };
        match help {
            Help::TryAgain => Some(json!({ "link": place?.path(), "label": "Try again" })),
            Help::SwitchAccount => form("sign-out", "Use another account"),
            Help::SendAgain => form("send-again", "Send the mail again"),
            Help::GoOn => Some(json!({ "go_on": true })),
            Help::GoHome => {
                let label = if self.signed_in_as.is_some() { "Your account" } else { "Sign in" };
                Some(json!({ "link": "/", "label": label }))
            }
            Help::ForgotPassword => Some(json!({ "link": "/forgot-password", "label": "Ask for a new link" })),
        }
    }

    fn telling(&self) -> Telling {
        let told = |title, text: &str, next, help: Vec<Help>| Telling { title, text: text.to_owned(), next, help };
        match self.error.reason() {
            ErrorReason::InviteNotFound => told(
                "This link leads nowhere",
                "There is no invitation behind it. Part of the link may have been lost on its way to you.",
                "Copy the whole link from where you got it, or ask for a new one.",
                vec![],
            ),
            ErrorReason::InviteExpired => {
                let title = self.by_offer("This invitation has expired", "This link has expired");
                told(title, "Its time is over.", "Ask whoever invited you for a new one.", vec![])
            }
            ErrorReason::InviteRevoked => {
                let (text, next) = void_offer::words(self.error.detail("cause"));
                let title = self.by_offer("This invitation no longer counts", "This link no longer counts");
                told(title, text, next, vec![])
            }
            ErrorReason::InviteLinkExhausted => told(
                "This link is used up",
                "As many people have joined by it as it allows.",
                "Ask whoever gave it to you for a new one.",
                vec![],
            ),
            ErrorReason::InviteAlreadyUsed => told(
                "This invitation has been answered",
                "It can be answered once.",
                "If you accepted it, you are a member already. If not, ask for a new one.",
                vec![Help::GoOn],
            ),
            ErrorReason::AlreadyAMember => told(
                "You are a member already",
                "There is nothing left to do here.",
                "",
                vec![Help::GoOn, Help::SwitchAccount],
            ),
            ErrorReason::InviteEmailMismatch => {
                let text = match (self.error.detail("invited_email"), &self.signed_in_as) {
                    (Some(invited), Some(own)) => format!("It was sent to {invited}, and you are signed in as {own}."),
                    _ => "It was sent to another address than that of your account.".to_owned(),
                };
                let next = "Sign in with the account of that address, or ask for an invitation to yours.";
                told("This invitation is for another address", &text, next, vec![Help::SwitchAccount])
            }
            ErrorReason::EmailNotVerified => told(
                "First confirm your address",
                "An invitation can be accepted once its address is shown to be yours.",
                "Open the mail that you got when you signed up and follow its link. Then come back here.",
                vec![Help::SendAgain, Help::TryAgain, Help::SwitchAccount],
            ),
            ErrorReason::OrganizationSuspended => told(
                "This organization is suspended",
                "Nobody can join it for now. The invitation stays as it is.",
                "Ask whoever invited you when it can be used again.",
                vec![Help::TryAgain],
            ),
            ErrorReason::UserSuspended => told(
                "This account is suspended",
                "It cannot be used for now.",
                "Ask whoever runs this service why, or use another account.",
                vec![Help::SwitchAccount],
            ),
            ErrorReason::NotOrganizationMember => told(
                "Your membership is suspended",
                "You belong to this organization, and cannot act for it for now.",
                "Ask an owner of the organization.",
                vec![Help::GoOn],
            ),
            ErrorReason::OrganizationNotFound => told(
                "There is no such organization",
                "It may have been deleted, or you may not belong to it any more.",
                "",
                vec![Help::GoOn],
            ),
            ErrorReason::UserAlreadyExists => told(
                "This address is taken",
                "Another account has shown this address to be its own meanwhile, so it cannot become yours.",
                "Your account keeps its former address.",
                vec![Help::GoOn],
            ),
            ErrorReason::LinkInvalid => self.dead_link(),
            ErrorReason::RateLimited => {
                let wait =
                    self.error.wait_seconds().map(|seconds| in_words(Duration::from_secs(seconds))).unwrap_or_default();
                let text = format!("That was too often for now. It works again in {wait}.");
                told("Too many tries", &text, "Wait until then, and try again.", vec![Help::TryAgain])
            }
            ErrorReason::ServiceUnavailable | ErrorReason::DeadlineExceeded | ErrorReason::Conflict => told(
                "This does not work right now",
                "A part of the service does not answer. Nothing is half done, and trying again is safe.",
                "Try again in a moment.",
                vec![Help::TryAgain],
            ),
            ErrorReason::Forbidden => told(
                "This was not sent from its page",
                "So nothing was done, to keep other sites from acting in your name.",
                "Open the link again and send the form from there. Cookies must be allowed.",
                vec![Help::TryAgain],
            ),
            ErrorReason::NotFound => told("There is nothing here", "This page does not exist.", "", vec![Help::GoOn]),
            _ if self.error.status().is_server_error() => told(
                "Something went wrong",
                "The fault is on our side. You can try again; if it stays, tell whoever runs this service.",
                "",
                vec![Help::TryAgain],
            ),
            _ => told("This does not work", self.error.message(), "", vec![Help::TryAgain]),
        }
    }

    /// The words for what the visitor holds: an invitation or a link.
    const fn by_offer(&self, invitation: &'static str, link: &'static str) -> &'static str {
        if matches!(self.place, Some(Place::Join(_))) { link } else { invitation }
    }

    fn dead_link(&self) -> Telling {
        let (next, help) = match (self.is_about_a_password, &self.signed_in_as) {
            (true, _) => ("Ask for a new link.", Help::ForgotPassword),
            (false, Some(_)) => ("Have another mail sent.", Help::GoHome),
            (false, None) => ("Sign in, and have another mail sent.", Help::GoHome),
        };
        let text = "It was used already, a newer one was sent, or its time is over.";
        Telling { title: "This link no longer works", text: text.to_owned(), next, help: vec![help] }
    }
}

impl From<HttpError> for Snag {
    fn from(error: HttpError) -> Self {
        Self { error: Box::new(error), place: None, is_about_a_password: false, signed_in_as: None }
    }
}

impl IntoResponse for Snag {
    fn into_response(self) -> Response {
        RequestScope::note(|facts| facts.note_reason(self.error.reason().code()));
        self.page().into_response()
    }
}
