//! Whether a webhook comes from Stripe: a keyed hash over the second it was sent at and its body as it came.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};
use service_kit::Timestamp;

/// How far the second that was signed may lie from ours, both ways.
const TOLERANCE_SECONDS: u64 = 300;
/// More signatures than this are nobody's rotation.
const MOST_SIGNATURES: usize = 10;

/// The secrets that webhooks are signed with: several while one takes the place of another.
#[derive(Clone)]
pub struct WebhookSecrets(Vec<SecretString>);

/// The secrets cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the endpoint's signing secret (whsec_…), or several separated by commas, none of them empty")]
pub struct UnusableSecrets;

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureProblem {
    #[error("it has no signature that could be read")]
    Unreadable,
    #[error("it was signed at another time than now")]
    OutOfTime,
    #[error("its signature is not one of ours")]
    Wrong,
}

impl WebhookSecrets {
    /// Reads secrets separated by commas.
    pub fn parse(list: &SecretString) -> Result<Self, UnusableSecrets> {
        let secrets: Vec<&str> = list.expose_secret().split(',').map(str::trim).collect();
        if secrets.iter().any(|secret| secret.is_empty()) {
            return Err(UnusableSecrets);
        }
        Ok(Self(secrets.into_iter().map(SecretString::from).collect()))
    }

    /// Believes a body that came with this header (`Stripe-Signature`) when one of the secrets signed it just now.
    pub fn check(&self, header: &str, body: &[u8], now: Timestamp) -> Result<(), SignatureProblem> {
        let signed = Signed::read(header).ok_or(SignatureProblem::Unreadable)?;
        if signed.at.abs_diff(now.seconds()) > TOLERANCE_SECONDS {
            return Err(SignatureProblem::OutOfTime);
        }
        // The bytes as they came: what they say is believed only when they were signed.
        let message = [signed.at_text.as_bytes(), b".", body].concat();
        // Once over the message for each secret, however many signatures somebody made up.
        let is_ours = self.0.iter().any(|secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
            let ours = hmac::sign(&key, &message);
            signed.tags.iter().any(|tag| verify_slices_are_equal(ours.as_ref(), tag).is_ok())
        });
        if is_ours { Ok(()) } else { Err(SignatureProblem::Wrong) }
    }
}

impl fmt::Debug for WebhookSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecrets")
    }
}

/// What the header says: `t=1700000000,v1=<hex>`, with more `v1` while secrets rotate. Other schemes are passed over.
struct Signed<'header> {
    at: i64,
    at_text: &'header str,
    tags: Vec<[u8; 32]>,
}

impl<'header> Signed<'header> {
    fn read(header: &'header str) -> Option<Self> {
        let (mut at, mut tags) = (None, Vec::new());
        for part in header.split(',') {
            match part.trim().split_once('=')? {
                ("t", _) if at.is_some() => return None,
                ("t", text) => at = Some((text.parse().ok()?, text)),
                ("v1", hex) => tags.push(read_tag(hex)?),
                _ => {}
            }
        }
        let (at, at_text) = at?;
        (1..=MOST_SIGNATURES).contains(&tags.len()).then_some(Self { at, at_text, tags })
    }
}

fn read_tag(hex: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes: Option<Vec<u8>> =
        hex.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(*pair.get(1)?)?)).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_700_000_000;
    /// Over `1700000000.{"id":"evt_1"}`, by `whsec_one`; computed apart from this code.
    const BY_ONE: &str = "401fbbceeb3818dc562ff77127ba1c62e47e24c9c6cde4d7a6eba85e32dbd058";

    fn check(header: &str, body: &str, now: i64) -> Result<(), SignatureProblem> {
        let secrets = WebhookSecrets::parse(&SecretString::from("whsec_other, whsec_one")).unwrap();
        secrets.check(header, body.as_bytes(), Timestamp::from_millis(now * 1000))
    }

    fn header() -> String {
        format!("t={SECOND},v1={}", BY_ONE)
    }

    #[test]
    fn a_body_that_one_of_the_secrets_signed_is_believed() {
        assert_eq!(check(&header(), r#"{"id":"evt_1"}"#, SECOND), Ok(()));
        let among_others = format!("t={SECOND}, v0=abc, v1={}, v1={}", "0".repeat(64), BY_ONE);
        assert_eq!(check(&among_others, r#"{"id":"evt_1"}"#, SECOND), Ok(()));
        let no_longer = WebhookSecrets::parse(&SecretString::from("whsec_other")).unwrap();
        let refused = no_longer.check(&header(), br#"{"id":"evt_1"}"#, Timestamp::from_millis(SECOND * 1000));
        assert_eq!(refused, Err(SignatureProblem::Wrong));
    }

    #[test]
    fn a_body_of_which_anything_differs_is_not() {
        for body in [r#"{"id":"evt_2"}"#, r#"{"id": "evt_1"}"#, "{\"id\":\"evt_1\"}\n", ""] {
            assert_eq!(check(&header(), body, SECOND), Err(SignatureProblem::Wrong), "{body}");
        }
        let other_second = header().replace("1700000000", "1700000001");
        assert_eq!(check(&other_second, r#"{"id":"evt_1"}"#, SECOND), Err(SignatureProblem::Wrong));
    }

    #[test]
    fn a_signature_is_good_for_five_minutes_both_ways() {
        for (now, expected) in [
            (SECOND + 300, Ok(())),
            (SECOND - 300, Ok(())),
            (SECOND + 301, Err(SignatureProblem::OutOfTime)),
            (SECOND - 301, Err(SignatureProblem::OutOfTime)),
        ] {
            assert_eq!(check(&header(), r#"{"id":"evt_1"}"#, now), expected, "{now}");
        }
    }

    #[test]
    fn a_header_that_says_too_little_or_too_much_is_unreadable() {
        let tag = BY_ONE;
        for header in [
            String::new(),
            "t=,v1=".to_owned(),
            format!("t={SECOND}"),
            format!("v1={tag}"),
            format!("t=soon,v1={tag}"),
            format!("t={SECOND},t={SECOND},v1={tag}"),
            format!("t={SECOND},v1={}", &tag[..62]),
            format!("t={SECOND},v1={}zz", &tag[..62]),
            format!("t={SECOND}{}", format!(",v1={tag}").repeat(11)),
        ] {
            assert_eq!(check(&header, r#"{"id":"evt_1"}"#, SECOND), Err(SignatureProblem::Unreadable), "{header}");
        }
    }

    #[test]
    fn an_empty_secret_is_refused() {
        for list in ["", " ", "whsec_one,", ",whsec_one", "whsec_one,,whsec_two"] {
            assert_eq!(WebhookSecrets::parse(&SecretString::from(list)).err(), Some(UnusableSecrets), "{list}");
        }
    }
}
