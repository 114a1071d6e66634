//! Removes sessions that nobody can use any more, and their refresh tokens.

use std::time::Duration;

use service_kit::periodic::PeriodicWork;

use crate::context::Context;
use crate::error::IdentityError;
use crate::store::session_sweep::{Removed, remove_some};

/// How long a session is kept after its end: until then a stolen token is told that its session has ended,
/// and afterwards that it is unknown.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);
const EVERY: Duration = Duration::from_secs(3600);
/// What one round does at most; the rest waits for the next.
const BATCHES_AT_MOST: usize = 200;

/// The sweep, to be done while identity is served.
pub fn periodically(context: &Context) -> PeriodicWork {
    let swept = context.clone();
    PeriodicWork::new("sweep sessions", EVERY, context.entropy.clone(), move || {
        let context = swept.clone();
        async move { sweep_sessions(&context).await }
    })
}

/// Removes in small transactions, so that nobody waits long for a sweep.
async fn sweep_sessions(context: &Context) -> Result<(), IdentityError> {
    let ended_before = context.clock.now().minus(KEPT_FOR);
    for _ in 0..BATCHES_AT_MOST {
        let transaction = context.database.begin_write().await?;
        let removed = remove_some(&transaction, ended_before).await?;
        transaction.commit().await?;
        if removed == Removed::All {
            break;
        }
    }
    Ok(())
}
