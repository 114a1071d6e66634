//! An issuer for tests: signs whatever it is told to, right or wrong.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use token_verification::{Freshness, KeySet, KeyStore, TokenVerifier, TokenVerifierBuilder};

pub const NOW: i64 = 1_800_000_000;
pub const URL: &str = "https://accounts.example.com";
pub const KEY_ID: &str = "key-of-the-tests";

pub struct Issuer {
    key: Ed25519KeyPair,
}

impl Issuer {
    pub fn new() -> Self {
        Self::from_seed(7)
    }

    pub fn from_seed(byte: u8) -> Self {
        Self { key: Ed25519KeyPair::from_seed_unchecked(&[byte; 32]).unwrap() }
    }

    pub fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    pub fn jwk(&self, kid: &str) -> Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
            "kid": kid, "x": URL_SAFE_NO_PAD.encode(self.public_key()),
        })
    }

    pub fn key_set(&self) -> KeySet {
        KeySet::from_jwks(&json!({ "keys": [self.jwk(KEY_ID)] }).to_string()).unwrap()
    }

    pub fn keys(&self) -> KeyStore {
        let keys = KeyStore::empty();
        keys.replace(self.key_set());
        keys
    }

    pub fn builder(&self) -> TokenVerifierBuilder {
        TokenVerifier::builder()
            .issuer(URL)
            .audience("shop")
            .freshness(Freshness::UntilExpiry)
            .keys(self.keys())
            .clock(|| NOW)
    }

    pub fn verifier(&self) -> TokenVerifier {
        self.builder().build().unwrap()
    }

    /// A token with these very bytes as header and payload.
    pub fn sign(&self, header: &str, payload: &str) -> String {
        self.sign_text(&format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload)))
    }

    /// A token with this text before its signature.
    pub fn sign_text(&self, signed: &str) -> String {
        let signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub fn sign_claims(&self, claims: &Value) -> String {
        self.sign(&header().to_string(), &claims.to_string())
    }

    pub fn token(&self) -> String {
        self.sign_claims(&claims())
    }
}

pub fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": KEY_ID })
}

pub fn claims() -> Value {
    json!({
        "iss": URL,
        "aud": "shop",
        "sub": "0192f0c1-0000-7000-8000-000000000001",
        "sid": "0192f0c1-0000-7000-8000-000000000002",
        "jti": "0192f0c1-0000-7000-8000-000000000003",
        "iat": NOW - 10,
        "exp": NOW + 290,
        "uid": "0192f0c1-0000-7000-8000-000000000001",
        "email": "bob@example.com",
        "email_verified": true,
        "active_org_id": "0192f0c1-0000-7000-8000-000000000004",
        "org_slug": "acme",
        "org_name": "Acme",
        "is_personal_org": false,
        "org_role": "member",
        "roles": ["org_manager", "seller"],
        "permissions": ["org:members:read", "org:members:remove"],
        "subscription": {
            "status": "active", "plan_code": "pro", "plan_name": "Pro",
            "current_period_end": "2027-02-01T00:00:00Z", "cancel_at_period_end": false,
        },
        "app_code": "shop",
        "token_type": "access",
        "asof": { "i": 3, "o": 5, "b": 8, "e": "first" },
    })
}

/// The usual claims with one of them set to `value`.
pub fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

pub fn claims_without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}
