//! A shop's orders: a service as a customer of Guildhall would write it, which knows nothing of Guildhall but the library that
//! verifies tokens. What it knows of a caller comes from the token, and it refuses within a second what was taken away.

#![forbid(unsafe_code)]

mod orders;

use axum::extract::{FromRef, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use token_verification::{
    AuthenticationLayer, BuildError, Caller, Freshness, KeyStore, RevocationFeed, SseSource, TokenVerifier, follow,
};

use crate::orders::Orders;

/// All that the handlers share.
#[derive(Clone)]
struct Shop {
    verifier: TokenVerifier,
    feed: RevocationFeed,
    orders: Orders,
}

impl FromRef<Shop> for TokenVerifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.verifier.clone()
    }
}

/// How the shop knows Guildhall.
pub struct Guildhall<'a> {
    /// The `iss` of its tokens.
    pub issuer: &'a str,
    /// The shop's code there: the `aud` of tokens.
    pub app: &'a str,
    /// Where the gateway tells what is taken away, `https://…/api/v1/revocations`.
    pub revocations: &'a str,
    /// A server API key with the scope `revocations:read`.
    pub server_key: &'a str,
}

/// The whole of it: the shop, hearing Guildhall for as long as the runtime lives.
///
/// # Errors
/// When a setting cannot be used.
pub fn open(guildhall: &Guildhall<'_>) -> Result<Router, Box<dyn std::error::Error + Send + Sync>> {
    let keys = KeyStore::empty();
    let feed = RevocationFeed::builder().keys(keys.clone()).build();
    let shop = shop(guildhall.issuer, guildhall.app, keys, feed.clone())?;
    let source = SseSource::new(guildhall.revocations, guildhall.server_key)?;
    tokio::spawn(follow(feed, source, |interruption| eprintln!("orders: {interruption}")));
    Ok(shop)
}

/// The set-up: whose tokens, for which app, how soon changes are noticed. `feed` is what a source is followed into.
///
/// # Errors
/// [`BuildError`] when the settings are empty.
pub fn shop(issuer: &str, app: &str, keys: KeyStore, feed: RevocationFeed) -> Result<Router, BuildError> {
    let verifier = TokenVerifier::builder()
        .issuer(issuer)
        .audience(app)
        .freshness(Freshness::Feed(feed.clone()))
        .keys(keys)
        .build()?;
    // The layer for routes that are nobody's business; `Caller` as an argument where it matters who calls.
    let inside = Router::new().route("/catalog", get(catalog)).layer(AuthenticationLayer::new(verifier.clone()));
    let routes = Router::new()
        .route("/orders", get(orders::list).post(orders::place))
        .route("/me", get(me))
        .route("/health", get(health))
        .merge(inside);
    Ok(routes.with_state(Shop { verifier, feed, orders: Orders::default() }))
}

async fn me(caller: Caller) -> Json<Value> {
    let organization = caller.organization.map(|active| active.slug);
    Json(json!({ "user_id": caller.user_id, "organization": organization, "roles": *caller.roles }))
}

async fn catalog() -> Json<Value> {
    Json(json!({ "items": ["anvil", "rope"] }))
}

/// For probes and dashboards; open to everybody.
async fn health(State(shop): State<Shop>) -> Json<Value> {
    let status = shop.feed.status();
    let lag_ms = status.lag.map(|lag| lag.as_millis());
    Json(json!({ "revocations": format!("{:?}", status.state), "lag_ms": lag_ms, "entries": status.entries }))
}
