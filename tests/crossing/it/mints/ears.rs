//! A verifier that hears the feed, and identity following everybody for it.

use revocation_feed::GrpcSource;
use test_kit::{AUDIENCE, ISSUER};
use token_verification::{FeedState, Freshness, KeyStore, RevocationFeed, TokenVerifier, follow};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::house::House;

pub struct Ears {
    pub feed: RevocationFeed,
    pub verifier: TokenVerifier,
    /// Ends with the ears.
    _working: JoinSet<()>,
}

impl Ears {
    pub async fn of(house: &House) -> Self {
        let mut working = JoinSet::new();
        for work in house.continuous_work(&CancellationToken::new()) {
            working.spawn(work);
        }
        let keys = KeyStore::empty();
        let feed = RevocationFeed::builder().keys(keys.clone()).build();
        let source = GrpcSource::new(house.identity_for_services());
        let following = follow(feed.clone(), source, |_| ());
        working.spawn(async {
            following.await;
        });
        while feed.state() != FeedState::Fresh {
            tokio::task::yield_now().await;
        }
        let clock = house.clock();
        let verifier = TokenVerifier::builder()
            .issuer(ISSUER)
            .audience(AUDIENCE)
            .freshness(Freshness::Feed(feed.clone()))
            .keys(keys)
            .clock(move || clock.now().seconds())
            .build()
            .unwrap();
        Self { feed, verifier, _working: working }
    }
}
