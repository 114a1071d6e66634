//! Sees to what the feed has in common with identity's database: the epoch, the signing keys, and up to where others were heard.

use std::error::Error;
use std::time::Duration;

use token_verification::Positions;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::Revocations;
use super::outdated::Outdated;
use crate::domain::epoch::Epoch;
use crate::domain::trail::Trail;
use crate::error::IdentityError;
use crate::store::{entitlements, epoch};
use crate::use_cases::renew_epoch::renew_epoch;
use crate::wire::revocations as wire;

/// How soon another epoch or other keys, chosen by a replica or at the command line, are told everybody.
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// How often it is noted up to where the other services were heard. A crash loses as much of it: should a service's database be
/// put back, while identity is down, to a point within these seconds before the crash, nobody notices by itself.
const NOTE_EVERY: Duration = Duration::from_secs(5);

/// Looks until `stop`. A look under way is finished first: it may write.
pub async fn keep(feed: &Revocations, stop: &CancellationToken) {
    let mut keeper = Keeper { feed, note_due: Instant::now() + NOTE_EVERY, plans_forgotten_through: 0 };
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
    plans_forgotten_through: i64,
}

impl Keeper<'_> {
    async fn look(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let ground = &self.feed.0.ground;
        if let Some(former) = self.epoch_to_leave() {
            self.leave(&former).await?;
        }
        let found = epoch::find(ground.database.reader()).await?;
        let found = found.ok_or_else(|| IdentityError::broken("no epoch was ever chosen"))?;
        self.feed.enter_epoch(&found.name);
        self.forget_plans(&found.name).await?;
        if Instant::now() >= self.note_due {
            self.note(found).await?;
        }
        ground.keyring.look().await?;
        self.tell_keys(ground.keyring.jwks());
        Ok(())
    }

    fn epoch_to_leave(&self) -> Option<String> {
        let state = self.feed.state();
        state.is_epoch_over.then(|| state.epoch.clone())
    }

    /// Replicas may do so at once: the first one's choice counts.
    async fn leave(&self, former: &str) -> Result<(), IdentityError> {
        let ground = &self.feed.0.ground;
        let now = ground.clock.now();
        if renew_epoch(&ground.database, former, Trail::of_system(), &ground.entropy, now).await?.is_some() {
            tracing::warn!(former, "a service's positions run backwards, as after a restore; a new epoch is begun");
        }
        Ok(())
    }

    /// Plans that have changed since they were seen are not used any more when billing is away, however long that lasts.
    async fn forget_plans(&mut self, epoch: &str) -> Result<(), IdentityError> {
        let outdated = self.feed.state().outdated.take();
        if !outdated.is_empty()
            && let Err(error) = self.forget(&outdated).await
        {
            let mut state = self.feed.state();
            if state.epoch == epoch {
                state.outdated.put_back(outdated);
            }
            return Err(error);
        }
        self.plans_forgotten_through = outdated.through;
        Ok(())
    }

    async fn forget(&self, outdated: &Outdated) -> Result<(), IdentityError> {
        let transaction = self.feed.0.ground.database.begin_write().await?;
        // Whoever remembers a plan at this moment has either heard of the change or is done first.
        epoch::lock(&transaction).await?;
        entitlements::forget_before(&transaction, outdated.all_before).await?;
        for (organization, position) in &outdated.plans {
            entitlements::forget(&transaction, (*organization).into(), *position).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn note(&mut self, found: Epoch) -> Result<(), IdentityError> {
        let mut heard = self.feed.state().memory.highest();
        // Of billing as much as was made good: after a crash the rest is heard again.
        heard.b = heard.b.min(self.plans_forgotten_through);
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
        let mut state = self.feed.state();
        if state.jwks != jwks {
            state.send(wire::keys(jwks.clone()));
            state.jwks = jwks;
        }
    }
}
