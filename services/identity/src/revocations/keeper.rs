//! Sees to what the feed has in common with identity's database: the epoch, the signing keys, and up to where others were heard.

use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

use token_verification::Positions;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::Revocations;
use crate::domain::epoch::Epoch;
use crate::domain::trail::Trail;
use crate::error::IdentityError;
use crate::store::epoch;
use crate::use_cases::renew_epoch::renew_epoch;
use crate::wire::revocations as wire;

/// How soon another epoch or other keys, chosen by a replica or at the command line, are told everybody.
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// How often it is noted up to where the other services were heard. A crash loses as much of it: should a service's database be
/// put back, while identity is down, to a point within these seconds before the crash, nobody notices by itself.
const NOTE_EVERY: Duration = Duration::from_secs(5);

/// Looks until `stop`. A look under way is finished first: it may write.
pub async fn keep(feed: &Revocations, stop: &CancellationToken) {
    let mut keeper = Keeper { feed, note_due: Instant::now() + NOTE_EVERY, left: HashSet::new() };
    let mut has_failed = false;
    loop {
        match keeper.look().await {
            Ok(()) => has_failed = false,
            Err(error) => {
                if !std::mem::replace(&mut has_failed, true) {
                    tracing::warn!(%error, "the feed of revocations cannot look after its epoch and keys; trying on");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = feed.0.epoch_wanted.notified() => {}
            () = sleep(LOOK_EVERY) => {}
        }
    }
}

struct Keeper<'feed> {
    feed: &'feed Revocations,
    note_due: Instant,
    /// Epochs that were left since the start. One that the database shows again comes from a backup of it.
    left: HashSet<String>,
}

impl Keeper<'_> {
    async fn look(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let ground = &self.feed.0.ground;
        if let Some(former) = self.epoch_to_leave() {
            self.leave(&former).await?;
        }
        let found = epoch::find(ground.database.reader()).await?;
        let found = found.ok_or_else(|| IdentityError::broken("no epoch was ever chosen"))?;
        if self.left.contains(&found.name) {
            // Its numbers may be given again, to others than before.
            self.leave(&found.name).await?;
            return Ok(());
        }
        if let Some(former) = self.feed.enter_epoch(&found.name) {
            self.left.insert(former);
        }
        ground.keyring.look().await?;
        self.tell_keys(ground.keyring.jwks());
        if Instant::now() >= self.note_due {
            self.note(found).await?;
        }
        Ok(())
    }

    fn epoch_to_leave(&self) -> Option<String> {
        let mut state = self.feed.state();
        state.leave_a_former_epoch(Instant::now());
        state.is_epoch_over.then(|| state.epoch.clone())
    }

    /// Replicas may do so at once: the first one's choice counts.
    async fn leave(&self, former: &str) -> Result<(), IdentityError> {
        let ground = &self.feed.0.ground;
        let now = ground.clock.now();
        if renew_epoch(&ground.database, former, Trail::of_system(), &ground.entropy, now).await?.is_some() {
            tracing::warn!(former, "a database was put back, as after a restore; a new epoch is begun");
        }
        Ok(())
    }

    async fn note(&mut self, found: Epoch) -> Result<(), IdentityError> {
        let heard = {
            let state = self.feed.state();
            let heard = state.memory.highest();
            // Of billing as much as was made good: after a crash the rest is heard again.
            Positions { b: heard.b.min(state.plans_forgotten_through), ..heard }
        };
        let is_news = |noted: &Positions| heard.o > noted.o || heard.b > noted.b;
        if is_news(&found.highest) {
            let database = &self.feed.0.ground.database;
            let transaction = database.begin_write().await?;
            epoch::note_heard(&transaction, &found.name, &heard).await?;
            transaction.commit().await?;
        }
        self.note_due = Instant::now() + NOTE_EVERY;
        Ok(())
    }

    /// Keys that have changed go to everybody who listens, and first to whoever begins.
    fn tell_keys(&self, jwks: String) {
        let keys = wire::keys(jwks);
        let mut state = self.feed.state();
        if state.keys != keys {
            state.send(keys.clone());
            state.keys = keys;
        }
    }
}
