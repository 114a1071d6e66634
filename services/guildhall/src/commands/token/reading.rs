//! A token taken apart, of which nothing is believed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A token and what it says.
pub struct ReadToken<'text> {
    /// The whole of it, which is not to be shown.
    pub compact: &'text str,
    /// What it is signed with.
    pub header: Map<String, Value>,
    /// What it claims.
    pub claims: Map<String, Value>,
}

impl<'text> ReadToken<'text> {
    /// Reads a token, which may have the name of its scheme in front. The sentence says why it is none.
    pub fn of(text: &'text str) -> Result<Self, &'static str> {
        let text = text.trim();
        let compact = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        let mut parts = compact.split('.');
        let (Some(header), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("this is no access token: it has not three parts with dots between; give it on standard input");
        };
        let header = object(header).ok_or("this is no access token: its first part is no JSON in base64url")?;
        let claims = object(claims).ok_or("this is no access token: its second part is no JSON in base64url")?;
        Ok(Self { compact, header, claims })
    }

    /// A claim that is text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// A claim that is a number of seconds.
    pub fn seconds(&self, claim: &str) -> Option<i64> {
        self.claims.get(claim)?.as_i64()
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_is_read_with_or_without_its_scheme() {
        let token = token(r#"{"alg":"EdDSA"}"#, r#"{"sub":"alice","exp":5}"#);
        for text in [token.clone(), format!("Bearer {token}"), format!("  {token}\n")] {
            let read = ReadToken::of(&text).unwrap_or_else(|problem| panic!("{problem}"));
            assert_eq!((read.compact, read.text("sub"), read.seconds("exp")), (token.as_str(), Some("alice"), Some(5)));
            assert_eq!(read.text("exp"), None);
        }
    }

    #[test]
    fn what_is_no_token_is_said_to_be_none() {
        let array = token("[]", "{}");
        for text in ["", "a", "a.b", "a.b.c", "a.b.c.d", "....", array.as_str()] {
            assert!(ReadToken::of(text).is_err(), "{text}");
        }
    }
}
