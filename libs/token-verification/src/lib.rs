//! Verifies Guildhall's access tokens without asking anybody: no network, no I/O, no `await` per token.
//!
//! The caller brings the issuer's published keys; the library says who calls, for which organization, with which
//! rights and on which plan, or why the token is refused.
//!
//! ```
//! use token_verification::{Freshness, KeySet, KeyStore, TokenVerifier};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let request = http::Request::new(());
//! # let fetched = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"a","x":"6kprY-oduWX-6AO4p0C_s9mmodPoCx7NxDkZjQnqBl0"}]}"#;
//! let keys = KeyStore::empty();
//! keys.replace(KeySet::from_jwks(fetched)?); // the text of GET /.well-known/jwks.json
//! let verifier = TokenVerifier::builder()
//!     .issuer("https://accounts.example.com")
//!     .audience("shop")
//!     .freshness(Freshness::UntilExpiry)
//!     .keys(keys)
//!     .build()?;
//! match verifier.authenticate(request.headers()) {
//!     Ok(caller) => caller.require("org:members:remove")?,
//!     Err(refusal) => println!("{}: {refusal}", refusal.reason()),
//! }
//! # assert_eq!(verifier.authenticate(request.headers()).unwrap_err().reason(), "UNAUTHORIZED");
//! # Ok(())
//! # }
//! ```
//!
//! # Dead within a second
//!
//! [`Freshness::UntilExpiry`] believes a token until it ends by itself. With [`Freshness::Feed`] it is refused as soon as the
//! issuer's feed says that its session ended ([`VerifyError::Revoked`]: sign in again) or that rights changed
//! ([`VerifyError::Stale`]: refresh once and try again). The messages come from wherever you have them: implement
//! `RevocationSource` for it and spawn `follow` (feature `feed`), or hand them to [`RevocationFeed::apply`] yourself.
//!
//! ```
//! use token_verification::{
//!     Event, FeedMessage, FeedState, Freshness, Heartbeat, KeyStore, OwningService, Positions, RevocationFeed, SnapshotPart, Subject,
//!     TokenVerifier,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = KeyStore::empty();
//! let feed = RevocationFeed::builder().capacity(10_000).keys(keys.clone()).build();
//! let verifier = TokenVerifier::builder()
//!     .issuer("https://accounts.example.com")
//!     .audience("shop")
//!     .freshness(Freshness::Feed(feed.clone()))
//!     .keys(keys)
//!     .build()?;
//!
//! // What a source brings at first, and then four times a second.
//! let through = Positions { i: 7, o: 12, b: 3 };
//! feed.apply(FeedMessage::Snapshot(SnapshotPart {
//!     epoch: "first".to_owned(),
//!     part: 0,
//!     is_last: true,
//!     through,
//!     token_lifetime_seconds: 300,
//!     events: vec![Event {
//!         service: OwningService::Identity,
//!         position: 7,
//!         subject: Subject::Session { session_id: "0192f0c1-0000-7000-8000-000000000002".parse()? },
//!     }],
//! }))?;
//! feed.apply(FeedMessage::Heartbeat(Heartbeat { epoch: "first".to_owned(), positions: through, silence_ms: 0, elapsed_ms: None }))?;
//!
//! let status = feed.status(); // numbers for your metrics
//! assert_eq!((status.state, status.entries), (FeedState::Fresh, 1));
//! # let _ = verifier;
//! # Ok(())
//! # }
//! ```
//!
//! The feature `sse` brings a source that hears Guildhall's gateway over HTTP. It needs a server API key with the scope
//! `revocations:read` and brings the keys along, so this is all that a service needs:
//!
//! ```no_run
//! # #[cfg(feature = "sse")]
//! # async fn begin(server_key: &str) -> Result<(), Box<dyn std::error::Error>> {
//! use token_verification::{Freshness, KeyStore, RevocationFeed, SseSource, TokenVerifier, follow};
//!
//! let keys = KeyStore::empty();
//! let feed = RevocationFeed::builder().keys(keys.clone()).build();
//! let verifier = TokenVerifier::builder()
//!     .issuer("https://accounts.example.com")
//!     .audience("shop")
//!     .freshness(Freshness::Feed(feed.clone()))
//!     .keys(keys)
//!     .build()?;
//! let source = SseSource::new("https://accounts.example.com/api/v1/revocations", server_key)?;
//! tokio::spawn(follow(feed, source, |interruption| eprintln!("{interruption}")));
//! # let _ = verifier;
//! # Ok(())
//! # }
//! ```
//!
//! What widens (a role given, a better plan) refuses nothing: [`TokenVerifier::refresh_hint`] tells of it, so that clients can pick
//! new rights up before their token ends.
//!
//! # In a web service
//!
//! With the feature `axum`, [`Caller`] is an argument of handlers, and [`VerifyError`] and [`MissingPermission`] are answers; with the
//! feature `tower`, a layer refuses whoever is unknown. What outlasts a request asks [`TokenVerifier::recheck`].
//!
//! # What is checked
//!
//! What is checked, and in which order, stands in [`TokenVerifier::verify`]. One format and one algorithm are understood,
//! Ed25519-signed JWTs of type `at+jwt` (RFC 7519, RFC 8037, RFC 9068): whatever a general JWT library would let pass
//! beside them is refused here, so the few steps are written out rather than configured.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

#[cfg(any(feature = "tower", feature = "axum"))]
mod answer;
mod cache;
mod caller;
mod claims;
mod clock;
mod compact;
mod credentials;
mod error;
#[cfg(feature = "axum")]
mod extractor;
#[cfg(feature = "feed")]
mod following;
mod keys;
#[cfg(feature = "tower")]
mod layer;
mod revocation;
#[cfg(feature = "sse")]
mod sse;
mod strict_json;
mod verifier;

pub use caller::{ActiveOrganization, Caller, MissingPermission};
pub use claims::{AsOf, Claims, OrgRole, SubscriptionClaim};
pub use credentials::ACCESS_COOKIE;
pub use error::VerifyError;
#[cfg(feature = "feed")]
pub use following::{Interruption, RevocationSource, RevocationSubscription, SourceError, follow};
pub use keys::{KeySet, KeySetError, KeyStore};
#[cfg(feature = "tower")]
pub use layer::{Authenticated, AuthenticationLayer};
pub use revocation::{
    Batch, Event, FeedBuilder, FeedMessage, FeedState, FeedStatus, Heartbeat, OwningService, Position,
    PositionUnreadable, Positions, Resubscribe, ResumePoint, ResumePointUnreadable, RevocationFeed, SnapshotPart,
    Subject,
};
#[cfg(feature = "sse")]
pub use sse::{SseError, SseSettingsError, SseSource, SseSubscription};
pub use verifier::{
    BuildError, Freshness, REFRESH_HINT_HEADER, REFRESH_HINT_RIGHTS, TokenVerifier, TokenVerifierBuilder,
};
