//! Showing the page of a place: which place a path leads to, and what its visitor sees there.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use service_kit::{ErrorReason, Refusal, SecretToken};

use super::account_forms::AccountForms;
use super::page::{Page, see};
use super::place::{Kind, Place};
use super::snag::Snag;
use super::visit::Visit;
use super::visitor::Visitor;
use super::{home, offer};
use crate::http_error::HttpError;

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Snag;

    /// What cannot be a token leads to no offer, and is never repeated in an answer.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Snag> {
        let kind = parts.extensions.get::<Kind>().copied().unwrap_or(Kind::Home);
        if matches!(kind, Kind::Home) {
            return Ok(Self::Home);
        }
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let token = path.ok().and_then(|Path(path)| SecretToken::parse(path.get("token")?));
        let token = token.ok_or_else(|| {
            let nothing = Refusal::new(ErrorReason::InviteNotFound, "There is no such invitation or link.");
            Snag::from(HttpError::from(nothing))
        })?;
        Ok(if matches!(kind, Kind::Invitation) { Self::Invitation(token) } else { Self::Join(token) })
    }
}

/// The page as its visitor sees it, with these forms on it.
pub(super) async fn page_for(
    visit: &Visit,
    place: &Place,
    visitor: &Visitor,
    forms: AccountForms,
) -> Result<Page, Snag> {
    match place {
        Place::Home => home::page(visit, visitor, forms).await,
        Place::Invitation(_) | Place::Join(_) => offer::page(visit, place, visitor, forms).await,
    }
}

/// Shows the page. Nothing is changed by that.
pub(super) async fn show(visit: Visit, place: Place) -> Result<Page, Snag> {
    let visitor = visit.visitor().await.map_err(|error| Snag::at(&place, &Visitor::Nobody, error))?;
    page_for(&visit, &place, &visitor, AccountForms::fresh(&visit)).await
}

/// From the address of a form to its page.
pub(super) async fn lead_back(place: Place) -> Response {
    see(&place.path()).into_response()
}
