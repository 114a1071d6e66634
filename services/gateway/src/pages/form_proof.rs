//! Shows that a form was sent from a page of ours, so that no other site signs its visitors in, makes them join or signs
//! them out. Current browsers say which page a request is from; where one does not, the form and a cookie must agree.

use axum::http::header::ORIGIN;
use http::{HeaderMap, HeaderName, HeaderValue};
use service_kit::{Entropy, ErrorReason, Refusal, SecretToken};

use crate::cookies::{FORM, Kept};
use crate::csrf::only;
use crate::origins::Origins;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const PURPOSE: &str = "form-proof";
const KEPT: Kept = Kept::For(24 * 3600);

/// A random value that a browser keeps in a cookie and that its forms repeat: another site can neither read nor set it.
pub(super) struct FormProof {
    value: SecretToken,
    is_new: bool,
}

impl FormProof {
    /// The value for forms that go to this browser; `None` for a browser that says itself where requests are from.
    pub(super) fn for_forms_shown_to(headers: &HeaderMap, entropy: &Entropy) -> Option<Self> {
        if headers.contains_key(SEC_FETCH_SITE) {
            return None;
        }
        Some(match kept(headers) {
            Some(value) => Self { value, is_new: false },
            None => Self { value: SecretToken::generate(entropy), is_new: true },
        })
    }

    /// What the form repeats.
    pub(super) fn in_form(&self) -> &str {
        self.value.expose()
    }

    /// The header that makes the browser keep a new value.
    pub(super) fn to_keep(&self) -> Option<HeaderValue> {
        if self.is_new { FORM.set(self.value.expose(), KEPT).ok() } else { None }
    }
}

fn kept(headers: &HeaderMap) -> Option<SecretToken> {
    FORM.read(headers).ok().flatten().and_then(SecretToken::parse)
}

/// Lets a form pass that was sent from a page of ours: not even pages of the apps may send one. `Origin` alone does
/// not do, as our pages tell nobody where they are from, which makes browsers write `null`.
pub(super) fn check(headers: &HeaderMap, in_form: &str, origins: &Origins) -> Result<(), Refusal> {
    let is_ours = if headers.contains_key(SEC_FETCH_SITE) {
        only(headers, &SEC_FETCH_SITE).is_some_and(|site| site == "same-origin")
    } else {
        is_origin_harmless(headers, origins) && repeats_the_cookie(headers, in_form)
    };
    if is_ours {
        return Ok(());
    }
    Err(Refusal::new(ErrorReason::Forbidden, "This form was not sent from its page; open the page again."))
}

fn is_origin_harmless(headers: &HeaderMap, origins: &Origins) -> bool {
    let is_silent = !headers.contains_key(ORIGIN);
    is_silent || only(headers, &ORIGIN).is_some_and(|origin| origin == "null" || origins.is_own(origin))
}

/// Compared by their hashes, so that the time taken tells nothing of the value.
fn repeats_the_cookie(headers: &HeaderMap, in_form: &str) -> bool {
    match (kept(headers), SecretToken::parse(in_form)) {
        (Some(kept), Some(sent)) => kept.hash(PURPOSE) == sent.hash(PURPOSE),
        _ => false,
    }
}
