//! Pages on which people sign in and to which they come back.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use service_kit::{ErrorReason, Refusal, SecretToken};

use super::account_forms::AccountForms;
use super::page::{Page, see};
use super::snag::Snag;
use super::visit::Visit;
use super::visitor::Visitor;
use super::{ACTIONS, home, offer};
use crate::http_error::HttpError;

/// Which page a route belongs to; an extension of its requests.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Home,
    Invitation,
    Join,
}

/// A page on which people sign in, with the secret that it is about.
#[derive(Clone)]
pub(super) enum Place {
    /// The first page.
    Home,
    /// Where an invitation is answered.
    Invitation(SecretToken),
    /// Where people join by a link.
    Join(SecretToken),
}

impl Place {
    /// The page's path.
    pub(super) fn path(&self) -> String {
        format!("{}{}", self.path_of_actions(), if matches!(self, Self::Home) { "/" } else { "" })
    }

    /// What the paths of the page's forms begin with.
    pub(super) fn actions(&self) -> String {
        format!("{ACTIONS}{}", self.path_of_actions())
    }

    fn path_of_actions(&self) -> String {
        match self {
            Self::Home => String::new(),
            Self::Invitation(token) => format!("/invitations/{}", token.expose()),
            Self::Join(token) => format!("/join/{}", token.expose()),
        }
    }
}

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
