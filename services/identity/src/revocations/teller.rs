//! Makes messages of what was heard.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{Revocations, SLACK};

/// Messages of changes come no more often than this, so that many changes are few messages.
const BATCH_EVERY: Duration = Duration::from_millis(50);
/// Signs of life come at least every 250 milliseconds, a late timer included.
const HEARTBEAT_EVERY: Duration = Duration::from_millis(200);

/// Tells until `stop`.
pub async fn tell(feed: &Revocations, stop: &CancellationToken) {
    let mut batch_due = Instant::now();
    let mut heartbeat_due = batch_due;
    loop {
        let something_to_tell = async {
            feed.0.heard.notified().await;
            sleep_until(batch_due).await;
        };
        let is_by_news = tokio::select! {
            () = stop.cancelled() => return,
            () = something_to_tell => true,
            () = sleep_until(heartbeat_due) => false,
        };
        let now = Instant::now();
        // A sign of life that is due before the next batch goes with this one: it is waking thousands that costs.
        let is_life_due = now >= heartbeat_due || (is_by_news && now + BATCH_EVERY >= heartbeat_due);
        let is_all = tell_once(feed, is_life_due);
        batch_due = now + BATCH_EVERY;
        if is_life_due {
            feed.0.parts.drop_old();
            heartbeat_due = now + HEARTBEAT_EVERY;
        }
        if !is_all {
            feed.0.heard.notify_one();
        }
    }
}

/// What is new, then a sign of life if it is time and nothing is left to tell before it.
fn tell_once(feed: &Revocations, is_life_due: bool) -> bool {
    let ground = &feed.0.ground;
    let mut state = feed.state();
    let is_all = state.tell_changes();
    if is_life_due {
        state.memory.forget(ground.clock.now().minus(ground.lifetime + SLACK));
        if is_all {
            state.tell_life();
        }
    }
    is_all
}
