//! Where people may be sent back to after they have been at a provider.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

const LONGEST: usize = 2048;

/// An address on an allowed origin, as browsers write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReturnUrl(String);

/// The address is not one that people may be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a URL of at most 2,048 characters on this product's own origin, the app's or one that is configured for an app"
)]
pub struct NotAllowed;

/// The origins that people may be sent back to, each as browsers write it: scheme, host and a port that is not the
/// scheme's own.
#[derive(Clone, Debug, Default)]
pub struct ReturnOrigins(Vec<String>);

impl ReturnOrigins {
    /// Exactly these.
    pub const fn new(origins: Vec<String>) -> Self {
        Self(origins)
    }

    /// Reads an address that somebody wants to be sent back to.
    pub fn read(&self, text: &str) -> Result<ReturnUrl, NotAllowed> {
        let url = Url::parse(text).map_err(|_| NotAllowed)?;
        let names_somebody = !url.username().is_empty() || url.password().is_some();
        let origin = url.origin().ascii_serialization();
        let is_allowed = self.0.contains(&origin);
        if !is_allowed || names_somebody || !is_private(&url) || url.as_str().len() > LONGEST || text.len() > LONGEST {
            return Err(NotAllowed);
        }
        // As it was understood here, so that no browser understands it otherwise.
        Ok(ReturnUrl(url.into()))
    }
}

/// Nobody on the way reads it: HTTPS, or HTTP that does not leave the machine.
fn is_private(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback)
}

impl ReturnUrl {
    /// An address that was allowed when it was stored.
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReturnUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, NotAllowed> {
        let allowed = ["https://app.example", "http://localhost:3000", "http://plain.example"];
        ReturnOrigins::new(allowed.map(str::to_owned).to_vec()).read(text).map(|url| url.to_string())
    }

    #[test]
    fn an_address_on_an_allowed_origin_is_taken_as_browsers_understand_it() {
        assert_eq!(read("https://app.example/billing?ok=1#x"), Ok("https://app.example/billing?ok=1#x".to_owned()));
        assert_eq!(read("HTTPS://APP.example:443/a"), Ok("https://app.example/a".to_owned()));
        assert_eq!(read("http://localhost:3000/"), Ok("http://localhost:3000/".to_owned()));
        assert_eq!(read("https://app.example\\@evil.example"), Ok("https://app.example/@evil.example".to_owned()));
    }

    #[test]
    fn any_other_address_is_refused() {
        for text in [
            "",
            "/billing",
            "//app.example",
            "https://app.example.evil.example/",
            "https://app.example@evil.example/",
            "https://user@app.example/",
            "https://app.example:8443/",
            "http://app.example/",
            "http://localhost:3001/",
            "http://plain.example/",
            "https://evil.example/?https://app.example",
            "javascript:alert(1)//https://app.example",
            "data:text/html,x",
            "https://evil.example\\.app.example/",
        ] {
            assert_eq!(read(text), Err(NotAllowed), "{text}");
        }
        assert_eq!(read(&format!("https://app.example/{}", "a".repeat(2048))), Err(NotAllowed));
    }
}
