//! Reading a JSON Web Key Set (RFC 7517) with Ed25519 keys (RFC 8037).

use std::collections::{HashMap, HashSet};
use std::fmt;

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::claims::Claims;
use crate::strict_json::parse_object;

const MAXIMUM_KEYS: usize = 64;
const MAXIMUM_KEY_ID_BYTES: usize = 128;
const PUBLIC_KEY_BYTES: usize = 32;

/// The keys with which an issuer signs, by their ids. May be empty: then every token's key is unknown.
#[derive(Clone)]
pub struct KeySet {
    keys: HashMap<String, ParsedPublicKey>,
}

/// Why a JWKS was refused; the keys in use should then stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// Not a JSON object with an array `keys` of keys, or with doubled members.
    #[error("The key set isn't a JSON Web Key Set; fetch it from the issuer again.")]
    Malformed,
    /// More than 64 keys.
    #[error("The key set holds more than 64 keys; publish fewer.")]
    TooManyKeys,
    /// Some key comes with its private half.
    #[error("The key set holds a private key; publish the public half alone and replace that key.")]
    PrivateKey,
    /// An Ed25519 key has no `kid`, or one that isn't of 1 to 128 bytes.
    #[error("A key of the set has no usable kid; publish each key with its own kid.")]
    KeyIdRefused,
    /// Two keys have the same `kid`.
    #[error("Two keys of the set have the same kid; publish each key with its own kid.")]
    DuplicateKeyId,
    /// The `x` of an Ed25519 key isn't 32 bytes in canonical base64url, or no point of the curve.
    #[error("A key of the set isn't an Ed25519 public key; publish it again.")]
    PublicKeyRefused,
}

impl KeySet {
    /// Reads the text of `/.well-known/jwks.json`. Keys for other algorithms or uses are skipped.
    ///
    /// # Errors
    /// See [`KeySetError`]; one refused key refuses the set.
    pub fn from_jwks(text: &str) -> Result<Self, KeySetError> {
        let document: Document = parse_object(text.as_bytes()).map_err(|_| KeySetError::Malformed)?;
        if document.keys.len() > MAXIMUM_KEYS {
            return Err(KeySetError::TooManyKeys);
        }
        if document.keys.iter().any(PublishedKey::has_private_members) {
            return Err(KeySetError::PrivateKey);
        }
        let mut seen = HashSet::new();
        if !document.keys.iter().filter_map(|key| key.kid.as_deref()).all(|kid| seen.insert(kid)) {
            return Err(KeySetError::DuplicateKeyId);
        }
        let keys = document.keys.iter().filter(|key| key.is_ed25519_for_signatures()).map(PublishedKey::parse);
        Ok(Self { keys: keys.collect::<Result<_, _>>()? })
    }

    /// How many usable keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no usable key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(crate) fn find(&self, key_id: &str) -> Option<&ParsedPublicKey> {
        self.keys.get(key_id)
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.keys.keys()).finish()
    }
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<PublishedKey>,
}

#[derive(Deserialize)]
struct PublishedKey {
    kty: String,
    crv: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    x: Option<String>,
    d: Option<IgnoredAny>,
    p: Option<IgnoredAny>,
    q: Option<IgnoredAny>,
    k: Option<IgnoredAny>,
    #[serde(rename = "priv")]
    private: Option<IgnoredAny>,
}

impl PublishedKey {
    fn has_private_members(&self) -> bool {
        [&self.d, &self.p, &self.q, &self.k, &self.private].iter().any(|member| member.is_some())
    }

    fn is_ed25519_for_signatures(&self) -> bool {
        self.kty == "OKP"
            && self.crv.as_deref() == Some("Ed25519")
            && self.alg.as_deref().is_none_or(|alg| alg == Claims::ALGORITHM)
            && self.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            && self.key_ops.as_ref().is_none_or(|operations| operations.iter().any(|operation| operation == "verify"))
    }

    fn parse(&self) -> Result<(String, ParsedPublicKey), KeySetError> {
        let kid = self.kid.as_deref().filter(|kid| (1..=MAXIMUM_KEY_ID_BYTES).contains(&kid.len()));
        let kid = kid.ok_or(KeySetError::KeyIdRefused)?;
        let encoded = self.x.as_deref().ok_or(KeySetError::PublicKeyRefused)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| KeySetError::PublicKeyRefused)?;
        if bytes.len() != PUBLIC_KEY_BYTES {
            return Err(KeySetError::PublicKeyRefused);
        }
        let key = ParsedPublicKey::new(&ED25519, bytes).map_err(|_| KeySetError::PublicKeyRefused)?;
        Ok((kid.to_owned(), key))
    }
}
