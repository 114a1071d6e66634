//! A revocation feed that a test speaks into.

use token_verification::{
    Batch, Event, FeedMessage, Heartbeat, OwningService, Positions, RevocationFeed, SnapshotPart, Subject,
};

/// Says what was taken away; knows everything up to then.
pub struct TestFeed {
    /// What verifiers look at; clones share it.
    pub feed: RevocationFeed,
    told: Positions,
}

impl Default for TestFeed {
    fn default() -> Self {
        Self::new()
    }
}

impl TestFeed {
    /// The epoch of the feed; a token's `asof.e` names it too.
    pub const EPOCH: &str = "test-epoch";

    /// A feed of which nothing was taken away yet.
    pub fn new() -> Self {
        Self::of(&RevocationFeed::new())
    }

    /// Speaks into this one, of which nothing was taken away yet.
    pub fn of(feed: &RevocationFeed) -> Self {
        let (feed, told) = (feed.clone(), Positions::default());
        let snapshot = SnapshotPart {
            epoch: Self::EPOCH.to_owned(),
            part: 0,
            is_last: true,
            through: told,
            token_lifetime_seconds: 300,
            events: Vec::new(),
        };
        feed.apply(FeedMessage::Snapshot(snapshot)).expect("a snapshot is always taken");
        let feed = Self { feed, told };
        feed.beat();
        feed
    }

    /// Tells a change under the service's next number, which is answered.
    pub fn tell(&mut self, service: OwningService, subject: Subject) -> i64 {
        let after = self.told;
        let number = match service {
            OwningService::Identity => &mut self.told.i,
            OwningService::Organizations => &mut self.told.o,
            OwningService::Billing => &mut self.told.b,
        };
        *number += 1;
        let position = *number;
        let events = vec![Event { service, position, subject }];
        let batch = Batch { epoch: Self::EPOCH.to_owned(), after, through: self.told, events };
        self.feed.apply(FeedMessage::Batch(batch)).expect("it follows upon what was told");
        self.beat();
        position
    }

    fn beat(&self) {
        let heartbeat =
            Heartbeat { epoch: Self::EPOCH.to_owned(), positions: self.told, silence_ms: 0, elapsed_ms: None };
        self.feed.apply(FeedMessage::Heartbeat(heartbeat)).expect("nothing was missed");
    }
}
