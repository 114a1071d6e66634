//! Where people go on when they are done with the gateway's pages.

use std::fmt;

use url::Url;

use crate::origins::{Origin, is_secure};

/// Browsers and mail programs differ in what they make of these in an address.
const AMBIGUOUS: &str = "\"<>\\^`{|}";

/// The address of a page of an app, as browsers write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppUrl(Url);

/// What was given is no address to send people to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableAppUrl {
    /// Not a whole web address, or one that can be read in more than one way.
    #[error("must be a whole web address such as https://app.example/start, without a user name and without spaces")]
    NotAnAddress,
    /// Whoever is on the way could read what is sent there.
    #[error("must be an https:// address; http:// is for localhost and loopback addresses alone")]
    NotSecure,
}

impl AppUrl {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, UnusableAppUrl> {
        // The parser leaves line breaks out of what it reads, and mails would not.
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && !AMBIGUOUS.contains(char::from(byte))) {
            return Err(UnusableAppUrl::NotAnAddress);
        }
        let url = Url::parse(text).map_err(|_| UnusableAppUrl::NotAnAddress)?;
        let is_web = ["http", "https"].contains(&url.scheme()) && text.contains("://");
        if !is_web || !url.username().is_empty() || url.password().is_some() {
            return Err(UnusableAppUrl::NotAnAddress);
        }
        if is_secure(&url) { Ok(Self(url)) } else { Err(UnusableAppUrl::NotSecure) }
    }

    /// As browsers write it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its host, as people know the site.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The site that it is a page of.
    pub fn origin(&self) -> Result<Origin, crate::UnusableOrigin> {
        Origin::of_url(self.as_str())
    }
}

impl fmt::Display for AppUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_secure_address_is_taken() {
        for (text, shown) in [
            ("https://app.example", "https://app.example/"),
            ("https://App.example:443/start?from=mail#top", "https://app.example/start?from=mail#top"),
            ("http://localhost:3000/", "http://localhost:3000/"),
            ("http://[::1]:3000/a", "http://[::1]:3000/a"),
        ] {
            assert_eq!(AppUrl::parse(text).map(|url| url.to_string()), Ok(shown.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            "/start",
            "app.example",
            "https:app.example",
            "https://",
            "https://user@app.example/",
            "https://user:secret@app.example/",
            "https://app.example/a b",
            "https://app.example/a\nb",
            " https://app.example/",
            "https://app.example/\"><script>",
            "https://app.example/{token}",
            "javascript://app.example/%0aalert(1)",
            "ftp://app.example/",
            "https://äpp.example/",
        ] {
            assert_eq!(AppUrl::parse(text), Err(UnusableAppUrl::NotAnAddress), "{text}");
        }
        for text in ["http://app.example/", "http://10.0.0.1/", "http://localhost.example/"] {
            assert_eq!(AppUrl::parse(text), Err(UnusableAppUrl::NotSecure), "{text}");
        }
    }
}
