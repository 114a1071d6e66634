//! The one way to wait: for the thing itself, with a bound.

use std::time::{Duration, Instant};

/// Nothing in the product may take longer.
const BOUND: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// Tries until there is something.
pub async fn eventually<T>(what: &str, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = attempt().await {
            return found;
        }
        assert!(started.elapsed() < BOUND, "waited {BOUND:?} in vain: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}
