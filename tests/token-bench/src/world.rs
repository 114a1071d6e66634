//! Tokens of many users, and verifiers that know of many changes which concern others.

use std::hint::black_box;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use token_verification::{
    Caller, Event, FeedMessage, Freshness, Heartbeat, KeySet, KeyStore, OwningService, Positions, RevocationFeed,
    SnapshotPart, Subject, TokenVerifier,
};
use uuid::Uuid;

use crate::Failure;

/// What the table is measured with.
pub const ENTRIES: usize = 600_000;
const TOKENS: usize = 4_096;
const ISSUER: &str = "https://accounts.example.com";
const THROUGH: Positions = Positions { i: 1_000, o: 1_000, b: 1_000 };
const EPOCH: &str = "0192f0c1-0000-7000-8000-000000000000";

pub struct World {
    pub feed: RevocationFeed,
    pub verifier: TokenVerifier,
    /// One that remembers no token.
    pub uncached: TokenVerifier,
    public_key: ParsedPublicKey,
    tokens: Vec<Token>,
}

struct Token {
    text: String,
    signature: Vec<u8>,
    caller: Caller,
}

impl World {
    pub fn new(entries: usize) -> Result<Self, Failure> {
        let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32])?;
        let public_key = key.public_key().as_ref();
        let keys = KeyStore::empty();
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "bench", "x": URL_SAFE_NO_PAD.encode(public_key) });
        keys.replace(KeySet::from_jwks(&json!({ "keys": [jwk] }).to_string())?);

        let feed = filled(entries)?;
        let builder = || {
            TokenVerifier::builder()
                .issuer(ISSUER)
                .audience("shop")
                .freshness(Freshness::Feed(feed.clone()))
                .keys(keys.clone())
        };
        let (verifier, uncached) = (builder().build()?, builder().cache_capacity(0).build()?);
        let tokens = (0..TOKENS).map(|number| Token::new(&key, number as u128, &uncached)).collect::<Result<_, _>>()?;
        let public_key = ParsedPublicKey::new(&ED25519, public_key)?;
        Ok(Self { feed, verifier, uncached, public_key, tokens })
    }

    /// Keeps the feed fresh for the next measurement.
    pub fn beat(&self) -> Result<(), Failure> {
        let heartbeat = Heartbeat { epoch: EPOCH.to_owned(), positions: THROUGH, silence_ms: 0, elapsed_ms: None };
        Ok(self.feed.apply(FeedMessage::Heartbeat(heartbeat))?)
    }

    pub fn token(&self, turn: usize) -> &str {
        &self.tokens[turn % TOKENS].text
    }

    pub fn caller(&self, turn: usize) -> &Caller {
        &self.tokens[turn % TOKENS].caller
    }

    /// Nothing but the signature over the same bytes, by the cryptography library.
    pub fn check_signature(&self, turn: usize) {
        let token = &self.tokens[turn % TOKENS];
        let signed = token.text.rsplit_once('.').map_or("", |(signed, _)| signed);
        let _ = black_box(self.public_key.verify_sig(signed.as_bytes(), &token.signature));
    }
}

impl Token {
    fn new(key: &Ed25519KeyPair, number: u128, verifier: &TokenVerifier) -> Result<Self, Failure> {
        let now = now()?;
        let id = |part: u128| Uuid::from_u128(part << 96 | number);
        let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "bench" });
        let permissions: Vec<_> = (0..24).map(|index| format!("org:things:permission{index}")).collect();
        let claims = json!({
            "iss": ISSUER, "aud": "shop", "app_code": "shop", "token_type": "access", "sub": id(1), "uid": id(1), "sid": id(2),
            "jti": id(3), "iat": now, "exp": now + 300, "email": "somebody@example.com", "email_verified": true,
            "active_org_id": id(4), "org_slug": "acme", "org_name": "Acme", "is_personal_org": false, "org_role": "member",
            "roles": ["org_member", "seller"], "permissions": permissions,
            "subscription": { "status": "active", "plan_code": "pro", "plan_name": "Pro", "cancel_at_period_end": false },
            "asof": { "i": 1, "o": 1, "b": 1, "e": EPOCH },
        });
        let encode = |part: String| URL_SAFE_NO_PAD.encode(part);
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = key.sign(signed.as_bytes()).as_ref().to_vec();
        let text = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&signature));
        let caller = verifier.verify(&text)?;
        Ok(Self { text, signature, caller })
    }
}

/// A feed that knows of this many changes.
fn filled(entries: usize) -> Result<RevocationFeed, Failure> {
    let feed = RevocationFeed::builder().capacity(entries).build();
    let kinds = 4;
    let events = (0..entries).map(|number| {
        let other = Uuid::from_u128(0xffff_u128 << 96 | (number / kinds) as u128);
        let organizations = OwningService::Organizations;
        let (service, subject) = match number % kinds {
            0 => (OwningService::Identity, Subject::Session { session_id: other }),
            1 => (OwningService::Identity, Subject::User { user_id: other, ended: false }),
            2 => (organizations, Subject::Membership { user_id: other, organization_id: other }),
            _ => (organizations, Subject::Organization { organization_id: other }),
        };
        Event { service, position: 1_000, subject }
    });
    feed.apply(FeedMessage::Snapshot(SnapshotPart {
        epoch: EPOCH.to_owned(),
        part: 0,
        is_last: true,
        through: THROUGH,
        token_lifetime_seconds: 300,
        events: events.collect(),
    }))?;
    Ok(feed)
}

#[allow(clippy::disallowed_methods, reason = "the verifier under test reads the system's clock")]
fn now() -> Result<i64, Failure> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?)
}
