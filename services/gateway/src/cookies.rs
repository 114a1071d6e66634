//! Cookies: reading one by name, and writing one.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use service_kit::Refusal;
use service_kit::authentication::refuse_token;
use token_verification::{ACCESS_COOKIE, VerifyError};

/// Browsers drop larger ones without a word.
const LARGEST: usize = 4096;

/// A cookie's name and the paths that it is sent to. All are for this host and HTTPS alone, unreadable to
/// scripts, and not sent when a page of another site makes a request, except by a link that is followed
/// (SameSite=Lax).
pub(crate) struct CookieKind {
    name: &'static str,
    path: &'static str,
}

/// Carries the access token, everywhere.
pub(crate) const ACCESS: CookieKind = CookieKind { name: ACCESS_COOKIE, path: "/" };
/// Carries the refresh token, to the routes that take it.
pub(crate) const REFRESH: CookieKind = CookieKind { name: "__Secure-guildhall_refresh", path: "/api/v1/auth" };

/// Shows at sign-ins that the device has signed in before.
pub(crate) const DEVICE: CookieKind = CookieKind { name: "__Secure-guildhall_device", path: "/api/v1/auth" };

/// Tells the pages for people that there is a refresh token, which they do not get. It is no secret and no credential.
pub(crate) const SIGNED_IN: CookieKind = CookieKind { name: "__Host-guildhall_signed_in", path: "/" };

/// Binds a form to the browser that it was shown in, for browsers that do not say themselves which page a request is from.
pub(crate) const FORM: CookieKind = CookieKind { name: "__Host-guildhall_form", path: "/" };

/// How long a browser keeps a cookie.
#[derive(Clone, Copy)]
pub(crate) enum Kept {
    /// So many seconds.
    For(i64),
    /// Until the browser is closed.
    UntilClosed,
}

impl CookieKind {
    /// As browsers know it.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// The value that a request carries; refused when it carries several, since two readers could choose
    /// differently. Names are compared byte by byte (RFC 6265).
    pub(crate) fn read<'a>(&self, headers: &'a HeaderMap) -> Result<Option<&'a str>, Refusal> {
        let pairs = headers.get_all(COOKIE).iter().flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
        let mut values = pairs.filter_map(|pair| {
            let pair = pair.strip_prefix(b" ").unwrap_or(pair);
            pair.strip_prefix(self.name.as_bytes())?.strip_prefix(b"=")
        });
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => match std::str::from_utf8(value) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(refuse_token(VerifyError::Malformed)),
            },
            (Some(_), Some(_)) => Err(refuse_token(VerifyError::DoubledCredentials)),
        }
    }

    /// The header that makes a browser keep this value.
    pub(crate) fn set(&self, value: &str, kept: Kept) -> Result<HeaderValue, Refusal> {
        if self.name.len() + value.len() > LARGEST {
            return Err(Refusal::internal(format!("{} bytes are more than a cookie can hold", value.len())));
        }
        let max_age = match kept {
            Kept::For(seconds) => format!("; Max-Age={}", seconds.max(0)),
            Kept::UntilClosed => String::new(),
        };
        let Self { name, path } = self;
        let cookie = format!("{name}={value}; Path={path}{max_age}; HttpOnly; Secure; SameSite=Lax");
        let mut header = HeaderValue::try_from(cookie).map_err(Refusal::internal)?;
        header.set_sensitive(true);
        Ok(header)
    }

    /// The header that makes a browser forget the cookie.
    pub(crate) fn clear(&self) -> Result<HeaderValue, Refusal> {
        self.set("", Kept::For(0))
    }
}
