//! Guildhall as the shop sees it: signed tokens, published keys, a feed.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use token_verification::{
    Batch, Event, FeedMessage, Freshness, Heartbeat, KeyStore, OwningService, Positions, ResumePoint, RevocationFeed,
    RevocationSource, RevocationSubscription, SnapshotPart, SourceError, Subject, TokenVerifier,
};
use tokio::sync::broadcast::{Receiver, Sender, channel};
use tower::ServiceExt;
use uuid::Uuid;

const ISSUER: &str = "https://accounts.example.com";
const EPOCH: &str = "first";
pub const ACME: Uuid = Uuid::from_u128(0xac);
pub const ALICE: Uuid = Uuid::from_u128(0xa);
pub const BOB: Uuid = Uuid::from_u128(0xb);

/// The issuer's side, and a shop that trusts it.
pub struct World {
    key: Ed25519KeyPair,
    now: i64,
    feed: RevocationFeed,
    sender: Sender<FeedMessage>,
    pub shop: Router,
}

struct Source(Sender<FeedMessage>);

struct Subscription {
    beginning: Vec<FeedMessage>,
    later: Receiver<FeedMessage>,
}

impl RevocationSource for Source {
    type Subscription = Subscription;

    async fn subscribe(&mut self, _: Option<ResumePoint>) -> Result<Subscription, SourceError> {
        let beginning = vec![heartbeat(0), snapshot()];
        Ok(Subscription { beginning, later: self.0.subscribe() })
    }
}

impl RevocationSubscription for Subscription {
    async fn next(&mut self) -> Result<Option<FeedMessage>, SourceError> {
        match self.beginning.pop() {
            Some(message) => Ok(Some(message)),
            None => Ok(Some(self.later.recv().await?)),
        }
    }
}

fn positions(o: i64) -> Positions {
    Positions { i: 0, o, b: 0 }
}

fn snapshot() -> FeedMessage {
    FeedMessage::Snapshot(SnapshotPart {
        epoch: EPOCH.to_owned(),
        part: 0,
        is_last: true,
        through: positions(0),
        token_lifetime_seconds: 300,
        events: vec![],
    })
}

fn heartbeat(o: i64) -> FeedMessage {
    FeedMessage::Heartbeat(Heartbeat {
        epoch: EPOCH.to_owned(),
        positions: positions(o),
        silence_ms: 0,
        elapsed_ms: None,
    })
}

impl World {
    /// A shop that has heard the feed's beginning.
    pub async fn new() -> Self {
        let key = Ed25519KeyPair::generate().unwrap();
        let public = URL_SAFE_NO_PAD.encode(key.public_key());
        let jwks = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": public }] }).to_string();
        let keys = KeyStore::empty();
        let feed = RevocationFeed::builder().keys(keys.clone()).build();
        feed.apply(FeedMessage::Keys { jwks }).unwrap();
        let (sender, _) = channel(100);
        tokio::spawn(token_verification::follow(feed.clone(), Source(sender.clone()), |_| ()));
        while feed.status().lag.is_none() {
            tokio::task::yield_now().await;
        }
        let shop = orders::shop(ISSUER, "shop", keys, feed.clone()).unwrap();
        Self { key, now: now(), feed, sender, shop }
    }

    /// A token that knows the organizations up to this number.
    pub fn token(&self, user: Uuid, known: i64, permissions: &[&str]) -> String {
        let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "k" }).to_string();
        let claims = json!({
            "iss": ISSUER, "aud": "shop", "app_code": "shop", "token_type": "access",
            "sub": user, "uid": user, "sid": Uuid::from_u128(user.as_u128() << 8), "jti": Uuid::from_u128(1),
            "iat": self.now, "exp": self.now + 300, "email": "a@example.com", "email_verified": true,
            "active_org_id": ACME, "org_slug": "acme", "org_name": "Acme", "is_personal_org": false, "org_role": "member",
            "roles": ["buyer"], "permissions": permissions,
            "subscription": { "status": "active", "plan_code": "pro", "cancel_at_period_end": false },
            "asof": { "i": 0, "o": known, "b": 0, "e": EPOCH },
        });
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// Says that a member was removed, under the next number.
    pub fn remove_member(&self, number: i64, user_id: Uuid) {
        let event = Event {
            service: OwningService::Organizations,
            position: number,
            subject: Subject::Membership { user_id, organization_id: ACME },
        };
        let (after, through) = (positions(number - 1), positions(number));
        self.sender
            .send(FeedMessage::Batch(Batch { epoch: EPOCH.to_owned(), after, through, events: vec![event] }))
            .unwrap();
    }

    pub fn feed(&self) -> &RevocationFeed {
        &self.feed
    }
}

/// The clock of the machine, as the shop reads it too.
fn now() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "the shop uses the system's clock")]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

/// Sends a request and reads the answer; what is no JSON comes as a string.
pub async fn send(shop: &Router, request: axum::http::request::Builder, body: &str) -> (StatusCode, Value) {
    let answer = shop.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let status = answer.status();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

pub fn get(path: &str, token: &str) -> axum::http::request::Builder {
    Request::get(path).header("authorization", format!("Bearer {token}"))
}

/// The type that a customer names most often.
#[test]
fn a_shop_is_not_built_without_saying_whom_it_trusts() {
    assert!(orders::shop("", "shop", KeyStore::empty(), RevocationFeed::new()).is_err());
    assert!(TokenVerifier::builder().freshness(Freshness::UntilExpiry).build().is_err());
}
