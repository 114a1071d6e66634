//! A feed is followed through everything that may happen to a source.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use token_verification::{
    FeedMessage, FeedState, Interruption, Positions, ResumePoint, RevocationFeed, RevocationSource,
    RevocationSubscription, SourceError, VerifyError, follow,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use crate::wire::{
    EPOCH, Hearer, ORGANIZATION, SEEN, USER, batch, batch_of, heartbeat, heartbeat_after, heartbeat_of, membership,
    snapshot, snapshot_of,
};

type Message = Result<FeedMessage, SourceError>;

/// Hands out subscriptions as the test scripts them.
struct Scripted {
    asked: UnboundedSender<(Instant, Option<ResumePoint>)>,
    subscriptions: UnboundedReceiver<Result<UnboundedReceiver<Message>, SourceError>>,
}

struct Channel(UnboundedReceiver<Message>);

impl RevocationSource for Scripted {
    type Subscription = Channel;

    async fn subscribe(&mut self, from: Option<ResumePoint>) -> Result<Channel, SourceError> {
        self.asked.send((Instant::now(), from))?;
        match self.subscriptions.recv().await {
            Some(subscription) => Ok(Channel(subscription?)),
            None => std::future::pending().await,
        }
    }
}

impl RevocationSubscription for Channel {
    async fn next(&mut self) -> Result<Option<FeedMessage>, SourceError> {
        self.0.recv().await.transpose()
    }
}

/// The test's side of a source that is being followed.
struct Server {
    asked: UnboundedReceiver<(Instant, Option<ResumePoint>)>,
    subscriptions: UnboundedSender<Result<UnboundedReceiver<Message>, SourceError>>,
    noticed: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Follows in the background until the test's runtime ends.
    fn followed_by(feed: &RevocationFeed) -> Self {
        let (ask, asked) = unbounded_channel();
        let (offer, subscriptions) = unbounded_channel();
        let noticed = Arc::new(Mutex::new(Vec::new()));
        let notices = Arc::clone(&noticed);
        let notice = move |interruption: &Interruption| notices.lock().unwrap().push(interruption.to_string());
        tokio::spawn(follow(feed.clone(), Scripted { asked: ask, subscriptions }, notice));
        Self { asked, subscriptions: offer, noticed }
    }

    async fn next_ask(&mut self) -> (Instant, Option<ResumePoint>) {
        self.asked.recv().await.unwrap()
    }

    fn open(&self) -> UnboundedSender<Message> {
        let (sender, receiver) = unbounded_channel();
        self.subscriptions.send(Ok(receiver)).unwrap();
        sender
    }

    fn noticed(&self) -> Vec<String> {
        self.noticed.lock().unwrap().clone()
    }
}

fn say(to: &UnboundedSender<Message>, messages: impl IntoIterator<Item = FeedMessage>) {
    for message in messages {
        to.send(Ok(message)).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_followed_feed_refuses_what_was_taken_away() {
    let hearer = Hearer::new();
    let mut server = Server::followed_by(&hearer.feed);
    assert_eq!(server.next_ask().await.1, None);
    let stream = server.open();
    say(&stream, [snapshot(vec![]), heartbeat(), batch(membership(6, USER, ORGANIZATION))]);
    let change = "o:6".parse().unwrap();
    assert!(hearer.feed.wait_for(change, Duration::from_secs(1)).await);
    assert_eq!(hearer.feed.state(), FeedState::Fresh);
    assert_eq!(hearer.usual(), Err(VerifyError::Stale));
    assert!(server.noticed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn after_a_cut_it_goes_on_from_where_it_was() {
    let hearer = Hearer::new();
    let mut server = Server::followed_by(&hearer.feed);
    server.next_ask().await;
    let stream = server.open();
    say(&stream, [snapshot(vec![]), heartbeat()]);
    drop(stream);
    let (_, from) = server.next_ask().await;
    assert_eq!(from, Some(ResumePoint { epoch: EPOCH.to_owned(), positions: SEEN }));

    let ahead = Positions { o: 6, ..SEEN };
    let stream = server.open();
    say(&stream, [snapshot_of(EPOCH, ahead, vec![membership(6, USER, ORGANIZATION)]), heartbeat_of(EPOCH, ahead)]);
    assert!(hearer.feed.wait_for("o:6".parse().unwrap(), Duration::from_secs(1)).await);
    assert_eq!(hearer.usual(), Err(VerifyError::Stale));
    assert_eq!(server.noticed(), ["the revocation feed was closed"]);
}

#[tokio::test(start_paused = true)]
async fn silence_is_taken_for_a_dead_connection() {
    let hearer = Hearer::new();
    let mut server = Server::followed_by(&hearer.feed);
    server.next_ask().await;
    let stream = server.open();
    say(&stream, [snapshot(vec![]), heartbeat()]);
    let began = Instant::now();
    let (asked, _) = server.next_ask().await;
    assert!((2_000..=2_100).contains(&(asked - began).as_millis()), "{:?}", asked - began);
    assert_eq!(server.noticed(), ["the revocation feed fell silent"]);
    drop(stream);
}

#[tokio::test(start_paused = true)]
async fn a_gap_and_another_epoch_lead_to_a_new_subscription() {
    let hearer = Hearer::new();
    let mut server = Server::followed_by(&hearer.feed);
    server.next_ask().await;
    let stream = server.open();
    let ahead = Positions { o: 9, ..SEEN };
    say(&stream, [snapshot(vec![]), heartbeat(), batch_of(EPOCH, ahead, ahead, vec![])]);
    server.next_ask().await;
    let stream = server.open();
    say(&stream, [snapshot(vec![]), heartbeat_of("second", SEEN)]);
    server.next_ask().await;
    let noticed = server.noticed();
    assert!(noticed[0].contains("Changes are missing") && noticed[1].contains("Another epoch"), "{noticed:?}");
}

#[tokio::test(start_paused = true)]
async fn a_subscription_is_replaced_within_an_hour() {
    let hearer = Hearer::new();
    let mut server = Server::followed_by(&hearer.feed);
    let (began, _) = server.next_ask().await;
    let stream = server.open();
    say(&stream, [snapshot(vec![])]);
    let asked = loop {
        tokio::select! {
            asked = server.next_ask() => break asked.0,
            () = tokio::time::sleep(Duration::from_secs(1)) => stream.send(Ok(heartbeat())).unwrap_or_default(),
        }
    };
    assert!((2_699..=3_602).contains(&(asked - began).as_secs()), "{:?}", asked - began);
    assert_eq!(server.noticed(), ["the revocation feed is subscribed anew, as it is every hour"]);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_brings_messages_late_is_replaced() {
    let hearer = Hearer::new();
    let mut server = Server::followed_by(&hearer.feed);
    let (began, _) = server.next_ask().await;
    let stream = server.open();
    hearer.pass(Duration::from_millis(1_001));
    say(&stream, [snapshot(vec![])]);
    let asked = loop {
        tokio::select! {
            asked = server.next_ask() => break asked.0,
            () = tokio::time::sleep(Duration::from_secs(1)) => {
                stream.send(Ok(heartbeat_after(Duration::ZERO))).unwrap_or_default();
            }
        }
    };
    assert!((7..=12).contains(&(asked - began).as_secs()), "{:?}", asked - began);
    assert_eq!(server.noticed(), ["the revocation feed comes late"]);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_fails_is_asked_again_ever_more_seldom_and_forever() {
    let hearer = Hearer::new();
    let mut server = Server::followed_by(&hearer.feed);
    let (mut last, _) = server.next_ask().await;
    for attempt in 0..50_u32 {
        server.subscriptions.send(Err("connection refused".into())).unwrap();
        let (asked, _) = server.next_ask().await;
        let whole = (100_u128 << attempt.min(16)).min(5_000);
        let pause = (asked - last).as_millis();
        assert!((whole / 2..=whole + 2).contains(&pause), "{pause} ms after attempt {attempt}");
        last = asked;
    }
    assert_eq!(server.noticed().len(), 50);
    assert!(server.noticed()[0].contains("connection refused"));

    // Once it works again, the next cut is short.
    let stream = server.open();
    say(&stream, [snapshot(vec![]), heartbeat()]);
    stream.send(Err("reset".into())).unwrap();
    let (asked, _) = server.next_ask().await;
    assert!((asked - last).as_millis() <= 102);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_never_answers_is_given_up() {
    let hearer = Hearer::new();
    let mut server = Server::followed_by(&hearer.feed);
    let (first, _) = server.next_ask().await;
    let (second, _) = server.next_ask().await;
    assert!((5_000..=5_101).contains(&(second - first).as_millis()), "{:?}", second - first);
    assert_eq!(server.noticed(), ["the revocation feed did not answer in time"]);
}
