//! Forgets in identity's database what was seen of plans that have changed since.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::Revocations;
use super::outdated::Outdated;
use crate::error::IdentityError;
use crate::store::{entitlements, epoch};

const LOOK_EVERY: Duration = Duration::from_millis(150);
/// Plans forgotten in one transaction, which holds up whoever remembers one.
const AT_ONCE: usize = 500;

/// Forgets until `stop`. Plans that have changed since they were seen are not used any more when billing is away, however long
/// that lasts.
pub async fn forget_plans(feed: &Revocations, stop: &CancellationToken) {
    let mut has_failed = false;
    loop {
        let is_more = match forget_some(feed).await {
            Ok(is_more) => {
                has_failed = false;
                is_more
            }
            Err(error) => {
                if !std::mem::replace(&mut has_failed, true) {
                    tracing::warn!(%error, "plans that have changed cannot be forgotten; trying on");
                }
                false
            }
        };
        let pause = if is_more { Duration::ZERO } else { LOOK_EVERY };
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(pause) => {}
        }
    }
}

/// Whether more is left.
async fn forget_some(feed: &Revocations) -> Result<bool, IdentityError> {
    let (epoch, outdated, is_all) = {
        let mut state = feed.state();
        let (outdated, is_all) = (state.outdated.take(AT_ONCE), state.outdated.is_empty());
        (state.epoch.clone(), outdated, is_all)
    };
    let forgotten = if outdated.is_empty() { Ok(()) } else { forget(feed, &outdated).await };
    let mut state = feed.state();
    if state.epoch == epoch {
        match &forgotten {
            Ok(()) if is_all => state.plans_forgotten_through = outdated.through,
            Ok(()) => {}
            Err(_) => state.outdated.put_back(outdated),
        }
    }
    drop(state);
    forgotten.map(|()| !is_all)
}

async fn forget(feed: &Revocations, outdated: &Outdated) -> Result<(), IdentityError> {
    let transaction = feed.0.ground.database.begin_write().await?;
    // Whoever remembers a plan at this moment has either heard of the change or is done first.
    epoch::lock(&transaction).await?;
    entitlements::forget_before(&transaction, outdated.all_before).await?;
    for (organization, position) in &outdated.plans {
        entitlements::forget(&transaction, (*organization).into(), *position).await?;
    }
    Ok(transaction.commit().await?)
}
