//! The key that signs access tokens, parsed once, and the set of public keys that goes out.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use service_kit::Entropy;
use token_verification::Claims;

/// An Ed25519 key with the header that its tokens begin with.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    key_id: String,
    encoded_header: String,
}

/// The bytes are no key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the stored signing key is damaged")]
pub struct DamagedKey;

/// Length of the seed that a key is stored as.
pub const SEED_LENGTH: usize = 32;

impl SigningKey {
    /// A new seed. The key that it gives is the seed's only meaning.
    pub fn new_seed(entropy: &Entropy) -> [u8; SEED_LENGTH] {
        entropy.bytes()
    }

    /// The key of a seed.
    pub fn from_seed(seed: &[u8]) -> Result<Self, DamagedKey> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| DamagedKey)?;
        let key_id = thumbprint(pair.public_key().as_ref());
        let header = json!({ "alg": Claims::ALGORITHM, "typ": Claims::HEADER_TYPE, "kid": key_id });
        let encoded_header = URL_SAFE_NO_PAD.encode(header.to_string());
        Ok(Self { pair, key_id, encoded_header })
    }

    /// The `kid` of its tokens: its thumbprint (RFC 7638).
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public half as a JWK (RFC 8037).
    pub fn public_jwk(&self) -> Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": Claims::ALGORITHM, "kid": self.key_id,
            "x": URL_SAFE_NO_PAD.encode(self.pair.public_key()),
        })
    }

    /// The token that makes these claims, in the compact form (RFC 7515).
    pub fn sign(&self, claims: &Claims) -> Result<String, serde_json::Error> {
        let claims = serde_json::to_vec(claims)?;
        let mut token = format!("{}.{}", self.encoded_header, URL_SAFE_NO_PAD.encode(claims));
        let signature = self.pair.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

/// RFC 7638: SHA-256 over the required members of the JWK, in the order of their names.
fn thumbprint(public_key: &[u8]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public_key);
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_rfc_8037() {
        // RFC 8037, appendix A.3.
        let public_key = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap_or_default();
        assert_eq!(thumbprint(&public_key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
