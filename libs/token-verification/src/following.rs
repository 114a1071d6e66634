//! Keeps a feed supplied: subscribes to a source, applies what comes, and begins anew whenever that stops, forever.

mod pause;

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::{FeedMessage, Resubscribe, ResumePoint, RevocationFeed};
use pause::Pauses;

/// How long a source may take to subscribe.
const SUBSCRIBE_WITHIN: Duration = Duration::from_secs(5);
/// Heartbeats come every 250 ms; without any message for this long, the connection counts as dead although nobody closed it.
const LONGEST_SILENCE: Duration = Duration::from_secs(2);
/// How long messages are on their way is told by two clocks that drift apart, by up to 50 millionths each, which is a third of a
/// second in an hour: enough to lag, so each subscription is replaced within an hour, and its clocks compared anew.
const LONGEST_SUBSCRIPTION: Duration = Duration::from_secs(3600);
/// A subscription that brings messages this late is replaced as well: what held them up may have been a buffer or a slow start of
/// this connection alone.
const LATEST_TRANSIT: Duration = Duration::from_secs(1);
/// But not sooner than this after it began.
const LATE_AFTER: Duration = Duration::from_secs(10);

/// What a source fails with.
pub type SourceError = Box<dyn Error + Send + Sync>;

/// Where messages come from: a gRPC stream, server-sent events, a channel of the same process.
pub trait RevocationSource: Send {
    /// A stream of messages.
    type Subscription: RevocationSubscription;

    /// Subscribes. The first messages have to be the parts of a snapshot: of the changes after `from`, if the source still has
    /// all of them and `from` is of its epoch, else of the whole last lifetime of a token.
    ///
    /// The future is dropped after five seconds.
    fn subscribe(
        &mut self,
        from: Option<ResumePoint>,
    ) -> impl Future<Output = Result<Self::Subscription, SourceError>> + Send;
}

/// The messages of one subscription, in the order in which they were sent.
pub trait RevocationSubscription: Send {
    /// The next message; `None` when the source has closed the stream. The future is dropped when nothing comes for two seconds, and
    /// the subscription with it.
    fn next(&mut self) -> impl Future<Output = Result<Option<FeedMessage>, SourceError>> + Send;
}

/// Why a subscription ended. Another one follows by itself; this is for logs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Interruption {
    /// The source failed.
    Failed(SourceError),
    /// Subscribing took too long.
    SubscribingTookTooLong,
    /// The source closed the stream.
    Closed,
    /// Nothing came for two seconds.
    Silent,
    /// Its messages are on their way for longer than a second.
    Late,
    /// It is about an hour old, which is as long as clocks may be trusted to run alike.
    Old,
    /// What came did not fit.
    Refused(Resubscribe),
}

impl fmt::Display for Interruption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(formatter, "the revocation feed failed: {error}"),
            Self::SubscribingTookTooLong => formatter.write_str("the revocation feed did not answer in time"),
            Self::Closed => formatter.write_str("the revocation feed was closed"),
            Self::Silent => formatter.write_str("the revocation feed fell silent"),
            Self::Late => formatter.write_str("the revocation feed comes late"),
            Self::Old => formatter.write_str("the revocation feed is subscribed anew, as it is every hour"),
            Self::Refused(reason) => write!(formatter, "the revocation feed has to begin anew: {reason}"),
        }
    }
}

/// Follows `source` until the future is dropped. To be spawned once for each feed.
///
/// After an interruption it waits for a random time that doubles with each one up to five seconds, so that thousands of
/// verifiers don't come back at the same moment, and begins again at a tenth of a second once a heartbeat was taken in.
/// A subscription is also replaced within an hour, and when it brings messages late. `notice` hears of every interruption.
pub async fn follow<S: RevocationSource>(
    feed: RevocationFeed,
    mut source: S,
    mut notice: impl FnMut(&Interruption) + Send,
) -> Infallible {
    let mut pauses = Pauses::default();
    loop {
        let interruption = listen(&feed, &mut source, &mut pauses).await;
        notice(&interruption);
        tokio::time::sleep(pauses.next()).await;
    }
}

async fn listen<S: RevocationSource>(feed: &RevocationFeed, source: &mut S, pauses: &mut Pauses) -> Interruption {
    feed.subscribing();
    let began = Instant::now();
    let longest = pauses.vary(LONGEST_SUBSCRIPTION);
    let late_after = pauses.vary(LATE_AFTER);
    let mut subscription = match timeout(SUBSCRIBE_WITHIN, source.subscribe(feed.resume_point())).await {
        Ok(Ok(subscription)) => subscription,
        Ok(Err(error)) => return Interruption::Failed(error),
        Err(_) => return Interruption::SubscribingTookTooLong,
    };
    loop {
        let message = match timeout(LONGEST_SILENCE, subscription.next()).await {
            Ok(Ok(Some(message))) => message,
            Ok(Ok(None)) => return Interruption::Closed,
            Ok(Err(error)) => return Interruption::Failed(error),
            Err(_) => return Interruption::Silent,
        };
        let is_heartbeat = matches!(message, FeedMessage::Heartbeat(_));
        match feed.apply(message) {
            Ok(()) if is_heartbeat => pauses.begin_again(),
            Ok(()) => {}
            Err(reason) => return Interruption::Refused(reason),
        }
        let age = began.elapsed();
        if age >= longest {
            return Interruption::Old;
        }
        if age >= late_after && is_heartbeat && feed.transit().is_some_and(|transit| transit > LATEST_TRANSIT) {
            return Interruption::Late;
        }
    }
}
