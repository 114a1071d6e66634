//! Forged requests: a browser adds cookies to whatever a page of another site makes it send, so a write that
//! is authenticated by cookie must come from a page that may make it.

use http::header::ORIGIN;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use service_kit::{ErrorReason, Refusal};

use crate::origins::Origins;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the method changes something (RFC 9110, section 9.2.1).
pub(crate) fn is_write(method: &Method) -> bool {
    !method.is_safe()
}

/// Lets a write by cookie pass when the browser says that it comes from a page of this origin or of an app.
/// Browsers write both headers themselves and no page can; a request without either is refused.
pub(crate) fn check(headers: &HeaderMap, origins: &Origins) -> Result<(), Refusal> {
    let is_from_here = only(headers, &SEC_FETCH_SITE).is_some_and(|site| site == "same-origin");
    if is_from_here || only(headers, &ORIGIN).is_some_and(|origin| origins.may_write(origin)) {
        return Ok(());
    }
    Err(Refusal::new(
        ErrorReason::Forbidden,
        "A request by cookie must come from a page of an allowed origin; without a browser, send a bearer token.",
    ))
}

/// The value of a header that was sent once.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}
