//! The compact form of a JWT (RFC 7515, section 7.1), taken apart without trusting any of it.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::VerifyError;
use crate::claims::Claims;
use crate::strict_json::object;

const MAXIMUM_TOKEN_BYTES: usize = 8 * 1024;
const MAXIMUM_KEY_ID_BYTES: usize = 128;
const SIGNATURE_BYTES: usize = 64;
/// As many in base64url.
const SIGNATURE_CHARACTERS: usize = 86;

/// A token in its parts, of which nothing is believed yet.
pub(crate) struct CompactToken<'token> {
    /// The exact received bytes that the signature is over.
    pub(crate) signed: &'token [u8],
    pub(crate) header: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: [u8; SIGNATURE_BYTES],
}

impl<'token> CompactToken<'token> {
    /// Cuts and decodes; each part must be base64url without padding in its canonical spelling (no stray trailing bits).
    pub(crate) fn take_apart(token: &'token str) -> Result<Self, VerifyError> {
        let (signed, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(VerifyError::Malformed)?;
        if payload.contains('.') || signature.len() != SIGNATURE_CHARACTERS {
            return Err(VerifyError::Malformed);
        }
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| VerifyError::Malformed);
        let (header, payload) = (decode(header)?, decode(payload)?);
        let mut decoded = [0; SIGNATURE_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(signature, &mut decoded).map_err(|_| VerifyError::Malformed)?;
        if length != SIGNATURE_BYTES {
            return Err(VerifyError::Malformed);
        }
        Ok(Self { signed: signed.as_bytes(), header, payload, signature: decoded })
    }

    /// The key id of an acceptable header.
    pub(crate) fn key_id(&self) -> Result<Cow<'_, str>, VerifyError> {
        let Header { alg, typ, kid } =
            serde_json::from_slice::<StrictHeader<'_>>(&self.header).map_err(|_| VerifyError::HeaderRefused)?.0;
        let is_acceptable =
            alg == Claims::ALGORITHM && typ == Claims::HEADER_TYPE && (1..=MAXIMUM_KEY_ID_BYTES).contains(&kid.len());
        if is_acceptable { Ok(kid) } else { Err(VerifyError::HeaderRefused) }
    }
}

/// Refuses what is too long before anything looks at it.
pub(crate) fn check_size(token: &str) -> Result<(), VerifyError> {
    if token.len() > MAXIMUM_TOKEN_BYTES { Err(VerifyError::TooLarge) } else { Ok(()) }
}

/// The allow-list: any other member (`crit`, `jwk`, `jku`, `x5u`, `x5c`, …) and any doubled one is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow)]
    typ: Cow<'a, str>,
    #[serde(borrow)]
    kid: Cow<'a, str>,
}

#[derive(Deserialize)]
struct StrictHeader<'a>(#[serde(borrow, deserialize_with = "object")] Header<'a>);
