//! An issuer of access tokens with a key of its own.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use serde_json::json;
use service_kit::trust::ServiceSecrets;
use service_kit::{Clock, Trust};
use token_verification::{AsOf, Claims, Freshness, KeySet, KeyStore, OrgRole};
use uuid::Uuid;

/// The `iss` of the tokens.
pub const ISSUER: &str = "https://guildhall.test";
/// The `aud` of the tokens.
pub const AUDIENCE: &str = "guildhall";
/// What services show each other.
pub const SERVICE_SECRET: &str = "a-secret-for-tests-that-is-long-enough";

const KEY_ID: &str = "test-key";
const LIFETIME_SECONDS: i64 = 300;

/// Signs tokens for tests.
pub struct TestIssuer {
    key: Ed25519KeyPair,
    clock: Clock,
}

impl TestIssuer {
    /// An issuer with a new key, whose tokens are issued at the clock's time.
    pub fn new(clock: &Clock) -> Self {
        Self { key: Ed25519KeyPair::generate().expect("a key"), clock: clock.clone() }
    }

    /// The published half of the key, as a JWK set.
    pub fn jwks(&self) -> String {
        let x = URL_SAFE_NO_PAD.encode(self.key.public_key().as_ref());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": KEY_ID, "x": x }] })
            .to_string()
    }

    /// Believes this issuer's tokens until they expire, and services that show `service_secrets()`.
    pub fn trust(&self) -> Trust {
        self.trust_as(Freshness::UntilExpiry)
    }

    /// Believes this issuer's tokens as `freshness` says, and services that show `service_secrets()`.
    pub fn trust_as(&self, freshness: Freshness) -> Trust {
        let keys = KeyStore::empty();
        keys.replace(KeySet::from_jwks(&self.jwks()).expect("a key set"));
        let audiences = [AUDIENCE.to_owned()];
        Trust::lazy(ISSUER, &audiences, keys, freshness, service_secrets(), self.clock.clone()).expect("trust")
    }

    /// A valid token of this user, acting for no organization.
    pub fn token(&self, user_id: Uuid) -> String {
        self.token_with(user_id, |_| ())
    }

    /// A valid token of this user, acting for this organization with these permissions.
    pub fn token_in(&self, user_id: Uuid, organization_id: Uuid, permissions: &[&str]) -> String {
        self.token_with(user_id, |claims| {
            claims.active_org_id = Some(organization_id);
            claims.org_slug = Some("acme".to_owned());
            claims.org_name = Some("Acme".to_owned());
            claims.is_personal_org = Some(false);
            claims.org_role = Some(OrgRole::Member);
            claims.permissions = permissions.iter().map(ToString::to_string).collect();
        })
    }

    /// A token with claims changed at will.
    pub fn token_with(&self, user_id: Uuid, change: impl FnOnce(&mut Claims)) -> String {
        let now = self.clock.now().seconds();
        let mut claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user_id,
            sid: Uuid::new_v4(),
            jti: Uuid::new_v4(),
            iat: now,
            exp: now + LIFETIME_SECONDS,
            nbf: None,
            uid: user_id,
            email: format!("{}@example.com", user_id.simple()),
            email_verified: true,
            active_org_id: None,
            org_slug: None,
            org_name: None,
            is_personal_org: None,
            org_role: None,
            roles: Vec::new(),
            permissions: Vec::new(),
            subscription: None,
            app_code: AUDIENCE.to_owned(),
            token_type: Claims::TOKEN_TYPE.to_owned(),
            asof: AsOf::default(),
            imp_uid: None,
        };
        change(&mut claims);
        let header = json!({ "alg": Claims::ALGORITHM, "typ": Claims::HEADER_TYPE, "kid": KEY_ID }).to_string();
        let body = serde_json::to_string(&claims).expect("claims are JSON");
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(body));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(signed.as_bytes()).as_ref());
        format!("{signed}.{signature}")
    }
}

/// The secret that the services under test show each other.
pub fn service_secrets() -> ServiceSecrets {
    ServiceSecrets::new(&[SecretString::from(SERVICE_SECRET)]).expect("usable secrets")
}

/// The request with the token as its bearer token.
pub fn bearer<T>(message: T, token: &str) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header value"));
    request
}
