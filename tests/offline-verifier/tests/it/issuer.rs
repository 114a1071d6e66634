//! Signs tokens for the tests. The program reads the system's clock, so the tokens are made for the present.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

pub const URL: &str = "https://accounts.example.com";

pub struct Issuer {
    key: Ed25519KeyPair,
}

impl Issuer {
    pub fn from_seed(byte: u8) -> Self {
        Self { key: Ed25519KeyPair::from_seed_unchecked(&[byte; 32]).unwrap() }
    }

    pub fn key_set(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(self.key.public_key());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "a", "x": x }] }).to_string()
    }

    /// A token that ends in so many seconds and lived ten minutes.
    pub fn token(&self, audience: &str, ends_in: i64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
        let claims = json!({
            "iss": URL, "aud": audience, "app_code": audience, "token_type": "access",
            "sub": "0192f0c1-0000-7000-8000-000000000001", "uid": "0192f0c1-0000-7000-8000-000000000001",
            "sid": "0192f0c1-0000-7000-8000-000000000002", "jti": "0192f0c1-0000-7000-8000-000000000003",
            "iat": now + ends_in - 600, "exp": now + ends_in,
            "email": "bob@example.com", "email_verified": true,
            "active_org_id": "0192f0c1-0000-7000-8000-000000000004", "org_slug": "acme", "org_name": "Acme",
            "is_personal_org": false, "org_role": "member",
            "roles": ["seller"], "permissions": ["org:members:read"],
            "subscription": { "status": "active", "plan_code": "pro", "cancel_at_period_end": false },
            "asof": { "i": 0, "o": 0, "b": 0, "e": "first" },
        });
        let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "a" }).to_string();
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}
