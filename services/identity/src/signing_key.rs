//! The key that signs access tokens, and its public half as it is published.

use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use service_kit::Entropy;
use token_verification::Claims;

/// An Ed25519 key with the header that its tokens begin with.
pub struct SigningKey {
    key: EncodingKey,
    header: Header,
    public_jwk: Jwk,
    key_id: String,
}

/// The bytes are no key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the stored signing key is damaged")]
pub struct DamagedKey;

/// Length of the seed that a key is stored as.
pub const SEED_LENGTH: usize = 32;

/// What stands before the seed in PKCS#8 (RFC 8410, section 7), the form that the library reads.
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

impl SigningKey {
    /// A new seed. The key that it gives is the seed's only meaning.
    pub fn new_seed(entropy: &Entropy) -> [u8; SEED_LENGTH] {
        entropy.bytes()
    }

    /// The key of a seed.
    pub fn from_seed(seed: &[u8]) -> Result<Self, DamagedKey> {
        let key = EncodingKey::from_ed_der(&[&PKCS8_PREFIX, seed].concat());
        let mut public_jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).map_err(|_| DamagedKey)?;
        let key_id = public_jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| DamagedKey)?;
        public_jwk.common.key_id = Some(key_id.clone());
        public_jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(Claims::HEADER_TYPE.to_owned());
        header.kid = Some(key_id.clone());
        Ok(Self { key, header, public_jwk, key_id })
    }

    /// The `kid` of its tokens: its thumbprint (RFC 7638).
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public half as a JWK (RFC 8037).
    pub fn public_jwk(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.public_jwk)
    }

    /// The token that makes these claims, in the compact form (RFC 7515).
    pub fn sign(&self, claims: &Claims) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&self.header, claims, &self.key)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn the_key_id_is_the_thumbprint_of_rfc_8037() {
        // RFC 8037, appendices A.1 and A.3.
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap_or_default();
        let key = SigningKey::from_seed(&seed).map(|key| key.key_id);
        assert_eq!(key.ok().as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    }

    #[test]
    fn a_seed_of_another_length_is_no_key() {
        assert!(SigningKey::from_seed(&[0; SEED_LENGTH - 1]).is_err());
        assert!(SigningKey::from_seed(&[0; SEED_LENGTH + 1]).is_err());
    }
}
