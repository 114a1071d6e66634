//! The session of a browser, on a page: going on with it, ending it, and proving its address.

use axum::response::{IntoResponse, Response};
use contracts::identity::v1 as proto;

use super::account_forms::AccountForms;
use super::form::Form;
use super::page::see;
use super::place::{Place, page_for};
use super::snag::Snag;
use super::visit::Visit;
use super::visitor::Visitor;
use crate::cookies::REFRESH;
use crate::http_error::HttpError;
use crate::session_cookies::{Delivery, SetCookies};

/// Renews the session and comes back to the page, signed in.
pub(super) async fn go_on(visit: Visit, place: Place, _: Form) -> Result<Response, Snag> {
    let (visitor, cookies) = sender(&visit, &place).await?;
    match visitor {
        Visitor::Account(_) => Ok((cookies, see(&place.path())).into_response()),
        nobody => session_is_over(&visit, &place, &nobody, cookies).await,
    }
}

/// Ends the session and comes back to the page, as nobody.
pub(super) async fn sign_out(visit: Visit, place: Place, _: Form) -> Result<Response, Snag> {
    let cookies = end_session(&visit).await.map_err(|error| Snag::at(&place, &Visitor::Nobody, error))?;
    Ok((cookies, see(&place.path())).into_response())
}

/// Mails the link that proves the visitor's address once more.
pub(super) async fn send_again(visit: Visit, place: Place, _: Form) -> Result<Response, Snag> {
    let (visitor, cookies) = sender(&visit, &place).await?;
    let Some(account) = visitor.account() else { return session_is_over(&visit, &place, &visitor, cookies).await };
    let request = visit.public(proto::ResendVerificationRequest { email: account.email.clone() });
    let sent = visit.gateway.upstreams.accounts().resend_verification(request).await;
    let sent = sent.map_err(|status| Snag::at(&place, &visitor, status.into()));
    Ok((cookies, sent.map(|_| see(&format!("{}?mail=sent", place.path())))).into_response())
}

/// Who sends a form of this page.
pub(super) async fn sender(visit: &Visit, place: &Place) -> Result<(Visitor, SetCookies), Snag> {
    visit.sender().await.map_err(|error| Snag::at(place, &Visitor::Nobody, error))
}

/// The page for whoever took themselves for signed in.
pub(super) async fn session_is_over(
    visit: &Visit,
    place: &Place,
    visitor: &Visitor,
    cookies: SetCookies,
) -> Result<Response, Snag> {
    let page = page_for(visit, place, visitor, AccountForms::after_session()).await;
    Ok((cookies, page).into_response())
}

/// Ends the session of this browser, if there is one; the cookies take it back.
pub(super) async fn end_session(visit: &Visit) -> Result<SetCookies, HttpError> {
    if let Ok(Some(refresh_token)) = REFRESH.read(&visit.headers) {
        let request = visit.public(proto::LogoutRequest { refresh_token: refresh_token.to_owned() });
        visit.gateway.upstreams.authentication().logout(request).await?;
    }
    Ok(Delivery::InCookies.take_back()?)
}
