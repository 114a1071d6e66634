//! Which sites may act in a browser on behalf of its user.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use url::Url;

/// Scheme, host and port of a site (RFC 6454), written as browsers write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// What was given is not an origin that can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableOrigin {
    /// Browsers would not write it so, and so would never send it.
    #[error("must be an origin as browsers write it, such as https://shop.example or https://shop.example:8443")]
    NotAnOrigin,
    /// Whoever is on the way could speak for it.
    #[error("must be an https:// origin; http:// is for localhost and loopback addresses alone")]
    NotSecure,
}

impl Origin {
    /// Reads an origin, which must be written exactly as browsers write it: in lower case, without a path, and
    /// without the scheme's own port.
    pub fn parse(text: &str) -> Result<Self, UnusableOrigin> {
        let url = Url::parse(text).map_err(|_| UnusableOrigin::NotAnOrigin)?;
        // A star is a letter to the parser and a pattern to whoever writes it; there are no patterns here.
        if !["http", "https"].contains(&url.scheme())
            || text.contains('*')
            || url.origin().ascii_serialization() != text
        {
            return Err(UnusableOrigin::NotAnOrigin);
        }
        if is_secure(&url) { Ok(Self(text.to_owned())) } else { Err(UnusableOrigin::NotSecure) }
    }

    /// The origin of the site that this URL belongs to.
    pub fn of_url(url: &str) -> Result<Self, UnusableOrigin> {
        let origin = Url::parse(url).map_err(|_| UnusableOrigin::NotAnOrigin)?.origin();
        if origin.is_tuple() { Ok(Self(origin.ascii_serialization())) } else { Err(UnusableOrigin::NotAnOrigin) }
    }

    /// As browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether nobody on the way can read or speak for it: HTTPS, or HTTP that does not leave the machine.
pub(crate) fn is_secure(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback)
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The gateway's own origin and those of the apps. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Origins {
    own: Origin,
    of_apps: Arc<[Origin]>,
}

impl Origins {
    pub(crate) fn new(own: Origin, of_apps: Vec<Origin>) -> Self {
        Self { own, of_apps: of_apps.into() }
    }

    /// Whether pages of this origin may read answers: exactly one of the apps', and never a pattern.
    pub(crate) fn is_of_an_app(&self, origin: &HeaderValue) -> bool {
        self.of_apps.iter().any(|known| known.0.as_bytes() == origin.as_bytes())
    }

    /// Whether this is the gateway's own origin.
    pub(crate) fn is_own(&self, origin: &HeaderValue) -> bool {
        self.own.0.as_bytes() == origin.as_bytes()
    }

    /// Whether pages of this origin may act by cookie.
    pub(crate) fn may_write(&self, origin: &HeaderValue) -> bool {
        self.is_own(origin) || self.is_of_an_app(origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_taken_as_browsers_write_it_and_no_other_way() {
        for origin in ["https://shop.example", "https://shop.example:8443", "http://localhost:3000", "http://[::1]:1"] {
            assert_eq!(Origin::parse(origin).map(|origin| origin.to_string()), Ok(origin.to_owned()));
        }
        for text in [
            "",
            "*",
            "null",
            "shop.example",
            "https://shop.example/",
            "https://shop.example/a",
            "https://Shop.example",
            "https://shop.example:443",
            "https://user@shop.example",
            "https://*.shop.example",
            "file:///",
            "ftp://a.b",
        ] {
            assert_eq!(Origin::parse(text), Err(UnusableOrigin::NotAnOrigin), "{text}");
        }
        for text in ["http://shop.example", "http://localhost.example", "http://10.0.0.1"] {
            assert_eq!(Origin::parse(text), Err(UnusableOrigin::NotSecure), "{text}");
        }
    }

    #[test]
    fn a_url_belongs_to_its_origin() {
        let origin = |url| Origin::of_url(url).map(|origin| origin.to_string());
        assert_eq!(origin("https://Accounts.example:443/auth/"), Ok("https://accounts.example".to_owned()));
        assert_eq!(origin("http://127.0.0.1:8080"), Ok("http://127.0.0.1:8080".to_owned()));
        assert_eq!(origin("accounts.example"), Err(UnusableOrigin::NotAnOrigin));
        assert_eq!(origin("mailto:a@b.example"), Err(UnusableOrigin::NotAnOrigin));
    }
}
