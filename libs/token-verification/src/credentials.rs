//! Where an HTTP request carries its token.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};

use crate::VerifyError;

/// The name of the cookie that browsers carry the access token in.
pub const ACCESS_COOKIE: &str = "__Host-guildhall_access";

/// The token of a request: the bearer if there is an `Authorization` header, else the cookie. A bad header never falls back to
/// the cookie, and what comes twice is refused, since two readers could choose differently.
pub(crate) fn token_of(headers: &HeaderMap) -> Result<&str, VerifyError> {
    let mut authorizations = headers.get_all(AUTHORIZATION).iter();
    match (authorizations.next(), authorizations.next()) {
        (None, _) => cookie(headers),
        (Some(authorization), None) => bearer(authorization.as_bytes()),
        (Some(_), Some(_)) => Err(VerifyError::DoubledCredentials),
    }
}

/// RFC 6750, section 2.1; the scheme's case doesn't matter.
fn bearer(authorization: &[u8]) -> Result<&str, VerifyError> {
    let scheme_end = authorization.iter().position(|byte| *byte == b' ').unwrap_or(authorization.len());
    let (scheme, credentials) = authorization.split_at(scheme_end);
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Err(VerifyError::NotBearer);
    }
    std::str::from_utf8(credentials.trim_ascii()).map_err(|_| VerifyError::Malformed)
}

/// Names are compared byte by byte (RFC 6265): a name that merely looks like ours, in another case or with odd spaces, isn't ours.
fn cookie(headers: &HeaderMap) -> Result<&str, VerifyError> {
    let pairs = headers.get_all(COOKIE).iter().flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
    let mut values = pairs.filter_map(|pair| {
        let pair = pair.strip_prefix(b" ").unwrap_or(pair);
        pair.strip_prefix(ACCESS_COOKIE.as_bytes())?.strip_prefix(b"=")
    });
    match (values.next(), values.next()) {
        (None, _) => Err(VerifyError::NoCredentials),
        (Some(value), None) => std::str::from_utf8(value).map_err(|_| VerifyError::Malformed),
        (Some(_), Some(_)) => Err(VerifyError::DoubledCredentials),
    }
}
