//! One of the processes with verifiers: many feeds, each with a connection and a stream of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use revocation_feed::GrpcSource;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use service_kit::Channel;
use service_kit::trust::ServiceSecrets;
use token_verification::{
    FeedMessage, FeedState, ResumePoint, RevocationFeed, RevocationSource, RevocationSubscription, SourceError, follow,
};
use tokio::io::{AsyncReadExt, stdin};
use tokio::task::JoinSet;

use crate::Failure;
use crate::machine::now;

/// The word with which this program is such a process.
pub const WORD: &str = "listen";
/// More positions than a run takes.
const POSITIONS: usize = 200_000;
/// Each process knows of as many changes as a verifier of a small service does.
const CAPACITY: usize = 20_000;

/// What one process has heard of one position of organizations.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Heard {
    pub position: usize,
    /// By how many of its feeds.
    pub feeds: u32,
    /// When the last of them had taken it in.
    pub last: u64,
}

struct Board {
    feeds: Vec<AtomicU32>,
    last: Vec<AtomicU64>,
}

impl Board {
    fn note(&self, after: i64, through: i64) {
        let now = now();
        let place = |position: i64| usize::try_from(position).unwrap_or(0).min(POSITIONS);
        for position in place(after)..place(through) {
            self.feeds[position].fetch_add(1, Ordering::Relaxed);
            self.last[position].fetch_max(now, Ordering::Relaxed);
        }
    }

    /// By the number of the position; the first is 1.
    fn heard(&self) -> Vec<Heard> {
        let of = |place: usize| Heard {
            position: place + 1,
            feeds: self.feeds[place].load(Ordering::Relaxed),
            last: self.last[place].load(Ordering::Relaxed),
        };
        (0..POSITIONS).map(of).filter(|heard| heard.feeds > 0).collect()
    }
}

/// Listens until its input ends, then tells what was heard. A line says when all feeds are fresh.
pub async fn listen(identity: &str, secret: &str, count: usize) -> Result<(), Failure> {
    let secrets = ServiceSecrets::new(&[SecretString::from(secret)])?;
    let board = Arc::new(Board {
        feeds: std::iter::repeat_with(AtomicU32::default).take(POSITIONS).collect(),
        last: std::iter::repeat_with(AtomicU64::default).take(POSITIONS).collect(),
    });
    let (mut following, mut feeds) = (JoinSet::new(), Vec::new());
    for _ in 0..count {
        let channel = Channel::remote(identity)?.with_credential(&secrets);
        let feed = RevocationFeed::builder().capacity(CAPACITY).build();
        let source = Noting { source: GrpcSource::new(channel), board: Arc::clone(&board) };
        feeds.push(feed.clone());
        following.spawn(async move {
            follow(feed, source, |interruption| eprintln!("{interruption}")).await;
        });
    }
    while feeds.iter().any(|feed| feed.state() != FeedState::Fresh) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    println!("fresh");
    stdin().read_to_end(&mut Vec::new()).await?;
    println!("{}", serde_json::to_string(&board.heard())?);
    Ok(())
}

/// Notes when a batch has been applied: whoever follows asks for the next message after that.
struct Noting<S> {
    source: S,
    board: Arc<Board>,
}

struct NotingSubscription<S> {
    subscription: S,
    board: Arc<Board>,
    applied: Option<(i64, i64)>,
}

impl<S: RevocationSource> RevocationSource for Noting<S> {
    type Subscription = NotingSubscription<S::Subscription>;

    async fn subscribe(&mut self, from: Option<ResumePoint>) -> Result<Self::Subscription, SourceError> {
        let subscription = self.source.subscribe(from).await?;
        Ok(NotingSubscription { subscription, board: Arc::clone(&self.board), applied: None })
    }
}

impl<S: RevocationSubscription> RevocationSubscription for NotingSubscription<S> {
    async fn next(&mut self) -> Result<Option<FeedMessage>, SourceError> {
        if let Some((after, through)) = self.applied.take() {
            self.board.note(after, through);
        }
        let message = self.subscription.next().await?;
        if let Some(FeedMessage::Batch(batch)) = &message {
            self.applied = Some((batch.after.o, batch.through.o));
        }
        Ok(message)
    }
}
