//! Keeps a process's knowledge of keys and narrowing changes up to date: one feed, which everything in the process shares.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use revocation_feed::GrpcSource;
use service_kit::Channel;
use token_verification::{FeedState, RevocationFeed, follow};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Processes of a deployment start in any order, so at first it is no news that nothing is heard.
const STARTS_WITHIN: Duration = Duration::from_secs(15);

/// Why nothing was heard, the last time that it was so.
type LastTrouble = Arc<Mutex<Option<String>>>;

/// Follows identity until `stop`. What is known stays in use while it does not answer, for as long as that can be believed.
pub async fn hear(feed: RevocationFeed, identity: Channel, stop: CancellationToken) {
    let trouble = LastTrouble::default();
    let noted = Arc::clone(&trouble);
    let following = follow(feed.clone(), GrpcSource::new(identity), move |interruption| {
        let why = interruption.to_string();
        tracing::debug!(why, "the revocation feed was interrupted");
        *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    });
    tokio::select! {
        () = stop.cancelled() => {}
        never = following => match never {},
        never = tell_changes(&feed, &trouble) => match never {},
    }
}

/// One line for each change of state, not one for each try.
async fn tell_changes(feed: &RevocationFeed, trouble: &LastTrouble) -> Infallible {
    let started = Instant::now();
    let mut told = None;
    loop {
        let state = feed.state();
        let is_starting = told.is_none() && state == FeedState::Blind && started.elapsed() < STARTS_WITHIN;
        if told != Some(state) && !is_starting {
            told = Some(state);
            let why = trouble.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
            match state {
                FeedState::Fresh => tracing::info!("revocations are heard"),
                FeedState::Lagging => tracing::info!(why, "revocations are heard late"),
                FeedState::Blind => {
                    tracing::warn!(why, "revocations are not heard: tokens older than a minute are refused");
                }
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
