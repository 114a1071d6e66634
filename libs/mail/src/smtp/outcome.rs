//! What a failed conversation means for the mail.

use std::error::Error as _;
use std::{io, iter};

use lettre::transport::smtp::Error;

use crate::{Cause, SendError};

/// Replies about who we are and how we connected (RFC 4954, 6; RFC 3207, 4): the mail is good, the settings are not.
const ABOUT_CREDENTIALS: [&str; 4] = ["530", "534", "535", "538"];

pub(super) fn of(error: &Error) -> SendError {
    if let Some(code) = error.status() {
        let code = code.to_string();
        let reply = reply(&code, error);
        if ABOUT_CREDENTIALS.contains(&code.as_str()) {
            return SendError::Transient(Cause::Unauthenticated { reply });
        }
        let cause = Cause::Refused { reply };
        return if error.is_permanent() { SendError::Permanent(cause) } else { SendError::Transient(cause) };
    }

    SendError::Transient(if error.is_timeout() {
        Cause::TimedOut
    } else if error.is_tls() || is_failed_handshake(error) {
        Cause::Unencrypted
    } else if error.is_client() || error.is_response() {
        Cause::Misunderstood
    } else {
        Cause::Unreachable
    })
}

/// A handshake that fails is a broken connection to lettre; rustls tells it by this kind (a certificate that is not trusted,
/// an answer that is not TLS).
fn is_failed_handshake(error: &Error) -> bool {
    let causes = iter::successors(error.source(), |&cause| cause.source());
    causes.filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|cause| cause.kind() == io::ErrorKind::InvalidData)
}

/// The code with the enhanced one of RFC 3463 behind it (`550 5.1.1`), without the server's prose.
fn reply(code: &str, error: &Error) -> String {
    let prose = error.source().map(ToString::to_string).unwrap_or_default();
    let first = prose.split_whitespace().next().unwrap_or_default();
    let numbers = first.split('.');

    let is_enhanced = numbers.clone().count() == 3
        && numbers
            .into_iter()
            .all(|number| (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()));
    if is_enhanced { format!("{code} {first}") } else { code.to_owned() }
}
