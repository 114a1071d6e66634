//! One call under a key, and the names that it goes by in the database.

use http::request::Parts;
use tonic::Request;
use tonic::metadata::MetadataMap;
use uuid::Uuid;

use super::key::IdempotencyKey;
use crate::authentication::{caller, server_key};
use crate::call_origin::CallOrigin;
use crate::entropy::Entropy;
use crate::keys::{CannotOpen, DerivedKey};
use crate::network::network_of;
use crate::server_key::ServerKeySecret;

/// A call under a key. Its names are keyed hashes that tell nothing of who called, what for, under which key.
pub(super) struct Call {
    /// Names caller, call and key together.
    pub(super) scope: [u8; 32],
    /// Names whose new keys are counted together.
    pub(super) counted_with: [u8; 32],
    /// Names the message.
    pub(super) message: [u8; 32],
    /// The server API key that calls.
    pub(super) server_key: Option<ServerKeySecret>,
    sealing: DerivedKey,
}

impl Call {
    pub(super) fn of(secret: &DerivedKey, parts: &Parts, key: &IdempotencyKey, message: &[u8]) -> Self {
        let seen = Request::from_parts(MetadataMap::from_headers(parts.headers.clone()), parts.extensions.clone(), ());
        let user = caller(&seen).ok().map(|caller| (caller.user_id, caller.impersonated_by));
        let path = parts.uri.path().as_bytes();
        let server_key = server_key(&seen).ok();
        let known = who(user, server_key.as_ref());
        let who = known.as_deref().unwrap_or(b"nobody");
        let counted_with = match known {
            Some(_) => secret.authenticate(&[b"counted with", who]),
            None => secret.authenticate(&[b"counted with", who, path, &network_of(CallOrigin::of(&seen).ip())]),
        };
        // Each takes the caller's key, so that who knows the deployment's alone can neither open nor try messages.
        let derive = |purpose: &[u8]| secret.derive(&[purpose, who, path, key.bytes()]);
        Self {
            scope: secret.authenticate(&[b"scope", who, path, key.bytes()]),
            counted_with,
            message: derive(b"message").authenticate(&[message]),
            server_key,
            sealing: derive(b"answer"),
        }
    }

    pub(super) fn seal(&self, entropy: &Entropy, answer: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        self.sealing.seal(entropy, &self.message, answer)
    }

    pub(super) fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        self.sealing.open(&self.message, sealed)
    }
}

/// Whoever acts as somebody else is not that somebody, and a server API key is no user. A key that nobody knows keeps
/// nothing: its calls are refused as UNAUTHENTICATED, which lets their idempotency keys go.
fn who(user: Option<(Uuid, Option<Uuid>)>, key: Option<&ServerKeySecret>) -> Option<Vec<u8>> {
    let of_user = user.map(|(user_id, impersonated_by)| {
        [Some(user_id), impersonated_by].into_iter().flatten().flat_map(Uuid::into_bytes).collect()
    });
    of_user.or_else(|| Some([b"server key".as_slice(), &key?.hash()].concat()))
}
