//! What links in mails open that prove an address: a page with a button, because programs that look at mail follow links.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use contracts::identity::v1 as proto;
use http::request::Parts;
use serde_json::{Value, json};
use service_kit::{ErrorReason, Refusal, SecretToken};

use super::form::Form;
use super::home::organizations;
use super::page::{Page, see};
use super::place::Place;
use super::session::sender;
use super::snag::Snag;
use super::visit::Visit;
use super::visitor::Visitor;
use crate::http_error::HttpError;
use crate::routes::email::prove_email;

/// The secret in a mailed link, if it can be one: nothing else is repeated in a page.
pub(super) struct MailedLink(Option<SecretToken>);

impl MailedLink {
    /// The secret.
    pub(super) fn token(&self) -> Result<String, Snag> {
        present(self.0.as_ref())
    }
}

impl<S: Sync> FromRequestParts<S> for MailedLink {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let mut tokens = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "token");
        let token = tokens.next().and_then(|(_, token)| SecretToken::parse(&token));
        Ok(Self(token.filter(|_| tokens.next().is_none())))
    }
}

/// What a form repeats of a mailed link.
pub(super) fn token_in(form: &Form) -> Result<String, Snag> {
    present(SecretToken::parse(form.text("token")).as_ref())
}

fn present(token: Option<&SecretToken>) -> Result<String, Snag> {
    token.map(|token| token.expose().to_owned()).ok_or_else(|| {
        let refusal = Refusal::new(ErrorReason::LinkInvalid, "This link is no longer valid; ask for a new one.");
        Snag::at(&Place::Home, &Visitor::Nobody, refusal.into())
    })
}

/// Asks whether the address is to be proven.
pub(super) async fn ask_to_verify(link: MailedLink) -> Result<Page, Snag> {
    let content = json!({
        "title": "Confirm your address",
        "text": "One click shows that this e-mail address is yours.",
        "warning": "If you did not sign up, close this page: somebody else has entered your address, and without your \
                    click they cannot show it to be theirs.",
        "action": format!("{}/verify-email", super::ACTIONS),
        "button": "Confirm this address",
        "token": link.token()?,
    });
    Ok(Page::new("mailed_link.html", content))
}

/// Proves the address.
pub(super) async fn verify(visit: Visit, form: Form) -> Result<Response, Snag> {
    let refused = match prove_email(&visit.gateway, &visit.client, token_in(&form)?).await {
        Ok(_) => return Ok(see("/done/email-confirmed").into_response()),
        Err(error) => error,
    };
    let visitor = visit.visitor().await.unwrap_or(Visitor::Nobody);
    let is_proven = visitor.account().is_some_and(|account| account.is_proven);
    if refused.reason() == ErrorReason::LinkInvalid && is_proven {
        // Whoever clicks twice has nothing to worry about.
        return Ok(see("/done/email-confirmed").into_response());
    }
    Err(Snag::at(&Place::Home, &visitor, refused))
}

/// Says that the address is proven, and what the visitor belongs to by now.
pub(super) async fn verified(visit: Visit) -> Response {
    let visitor = visit.visitor().await.unwrap_or(Visitor::Nobody);
    if visitor.account().is_some_and(|account| !account.is_proven) {
        return see(&Place::Home.path()).into_response();
    }
    let organizations = match visitor.account() {
        Some(account) => organizations(&visit, account).await.unwrap_or(Value::Null),
        None => Value::Null,
    };
    let content = json!({
        "title": "Your address is confirmed",
        "text": "You can accept invitations, and invite others yourself.",
        "next": "If you signed up with an invitation, you belong to its organization now.",
        "has_sign_in": visitor.account().is_none(),
        "organizations": organizations,
    });
    Page::new("done.html", content).into_response()
}

/// Asks whether the address is to become the account's.
pub(super) async fn ask_to_confirm(link: MailedLink) -> Result<Page, Snag> {
    let content = json!({
        "title": "Use your new address",
        "text": "One click makes this the address of your account. You are signed out everywhere but where you asked for it.",
        "warning": "If you did not ask for that, close this page: your address would be given to somebody else's account.",
        "action": format!("{}/confirm-email", super::ACTIONS),
        "button": "Use this address",
        "token": link.token()?,
    });
    Ok(Page::new("mailed_link.html", content))
}

/// Makes the address the account's, in the visitor's name if there is one.
pub(super) async fn confirm(visit: Visit, form: Form) -> Result<Response, Snag> {
    let token = token_in(&form)?;
    let (visitor, cookies) = sender(&visit, &Place::Home).await?;
    let request = proto::ConfirmEmailChangeRequest { token };
    let request = match visitor.account() {
        Some(account) => visit.call(account, request),
        None => visit.public(request),
    };
    let confirmed = visit.gateway.upstreams.accounts().confirm_email_change(request).await.map_err(HttpError::from);
    let confirmed = confirmed.map_err(|error| Snag::at(&Place::Home, &visitor, error));
    Ok((cookies, confirmed.map(|_| see("/done/address-changed"))).into_response())
}
