//! The key that callers give a call.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::refusal::Refusal;

/// The header and metadata key of the key.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header and metadata key that marks an answer as a first one given again; its value is `true`.
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Most characters of a key.
const LONGEST_KEY: usize = 255;

/// A caller's key: 1 to 255 visible ASCII characters. It is a secret: whoever knows it, the caller and the deployment's
/// key can open the answer that is kept under it.
#[derive(Clone)]
pub struct IdempotencyKey(HeaderValue);

impl IdempotencyKey {
    /// The key among these headers, if there is one; VALIDATION_ERROR for one that cannot be used or came twice.
    pub fn of_headers(headers: &HeaderMap) -> Result<Option<Self>, Refusal> {
        let mut sent = headers.get_all(IDEMPOTENCY_KEY).iter();
        match (sent.next(), sent.next()) {
            (None, _) => Ok(None),
            (Some(key), None) if is_usable(key.as_bytes()) => {
                let mut key = key.clone();
                key.set_sensitive(true);
                Ok(Some(Self(key)))
            }
            _ => Err(refused("must be 1 to 255 visible ASCII characters, sent once")),
        }
    }

    pub(super) const fn header(&self) -> &HeaderValue {
        &self.0
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// VALIDATION_ERROR for the key.
pub(super) fn refused(problem: &str) -> Refusal {
    Refusal::invalid(vec![("Idempotency-Key".to_owned(), problem.to_owned())])
}

fn is_usable(key: &[u8]) -> bool {
    (1..=LONGEST_KEY).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic)
}
