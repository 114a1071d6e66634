//! What time it is: the only place of the crate that reads the system's clocks.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Answers the present time in Unix seconds.
pub(crate) type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Answers how much time has passed since some moment; never goes back, whatever is done to the system's clock.
pub(crate) type Elapsed = Arc<dyn Fn() -> Duration + Send + Sync>;

pub(crate) fn elapsed() -> Elapsed {
    let start = Instant::now();
    Arc::new(move || start.elapsed())
}

#[allow(clippy::disallowed_methods, reason = "the one place of the crate that reads the system's clock")]
pub(crate) fn system() -> Now {
    Arc::new(|| {
        // Before 1970 is no time at which a token could be valid: every `iat` then lies in the future.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX))
    })
}
