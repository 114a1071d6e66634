//! Lets keys go on from state to state.

use serde_json::{Value, json};
use service_kit::{WriteTransaction, audit};

use super::KeyVault;
use crate::domain::key_state::KeyState;
use crate::domain::trail::Trail;
use crate::error::KeyError;
use crate::store::{epoch, signing_keys};

/// Verifiers take 64 keys at most.
const MOST_PUBLISHED: usize = 32;

/// What a rotation did, by key ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Signs from now on.
    pub active: String,
    /// Signed so far.
    pub retiring: String,
    /// Signs after the next rotation.
    pub next: String,
}

impl KeyVault {
    /// Signs with the next key from now on and makes another one for later; running services follow within
    /// seconds. Refused while not everybody knows the next key, unless it is `at_once`.
    pub async fn rotate(&self, at_once: bool) -> Result<Rotated, KeyError> {
        let now = self.clock.now();
        let transaction = self.database.begin_write().await?;
        epoch::lock(&transaction).await?;
        let active = signing_keys::find_in(&transaction, KeyState::Active).await?.ok_or(KeyError::NoneYet)?;
        let next = signing_keys::find_in(&transaction, KeyState::Next).await?.ok_or(KeyError::Damaged)?;
        self.unseal(&next)?;
        let known_from = KeyState::Next.may_go_on_from(next.since).unwrap_or(now);
        if now < known_from && !at_once {
            return Err(KeyError::NotKnownYet(known_from));
        }
        let keys = signing_keys::list(&transaction).await?;
        if keys.iter().filter(|key| key.state != KeyState::Retired).count() >= MOST_PUBLISHED {
            return Err(KeyError::TooMany);
        }
        let was_active =
            signing_keys::change_state(&transaction, &active.key_id, KeyState::Active, KeyState::Retiring, now).await?;
        let was_next =
            signing_keys::change_state(&transaction, &next.key_id, KeyState::Next, KeyState::Active, now).await?;
        if !(was_active && was_next) {
            return Err(KeyError::Damaged);
        }
        let later = self.make(&transaction, KeyState::Next).await?;
        let details = json!({ "retiring": active.key_id, "at_once": at_once });
        self.record(&transaction, Trail::of_operator(&self.origin), "key.rotated", &next.key_id, details).await?;
        transaction.commit().await?;
        tracing::info!(active = next.key_id, retiring = active.key_id, "the signing key was rotated");
        Ok(Rotated { active: next.key_id, retiring: active.key_id, next: later })
    }

    /// Publishes a retiring key no more and erases its private half. Refused while tokens that it signed are
    /// good, unless it is `at_once`. Nothing to do for a key that is retired already.
    pub async fn retire(&self, key_id: &str, at_once: bool) -> Result<(), KeyError> {
        self.retire_as(Trail::of_operator(&self.origin), key_id, at_once).await
    }

    async fn retire_as(&self, trail: Trail, key_id: &str, at_once: bool) -> Result<(), KeyError> {
        let now = self.clock.now();
        let transaction = self.database.begin_write().await?;
        let key = signing_keys::find(&transaction, key_id).await?.ok_or(KeyError::Unknown)?;
        let dead_from = match key.state {
            KeyState::Retiring => KeyState::Retiring.may_go_on_from(key.since).unwrap_or(now),
            // Whoever repeats it is told the same.
            KeyState::Retired => return Ok(()),
            other => return Err(KeyError::NotRetiring(other.word())),
        };
        if now < dead_from && !at_once {
            return Err(KeyError::StillVerifies(dead_from));
        }
        if !signing_keys::change_state(&transaction, key_id, KeyState::Retiring, KeyState::Retired, now).await? {
            return Err(KeyError::NotRetiring(KeyState::Retired.word()));
        }
        self.record(&transaction, trail, "key.retired", key_id, json!({ "at_once": at_once })).await?;
        transaction.commit().await?;
        tracing::info!(key_id, "a signing key was retired");
        Ok(())
    }

    /// Retires every key whose tokens are dead; answers their ids.
    pub async fn retire_due(&self) -> Result<Vec<String>, KeyError> {
        self.retire_due_as(&Trail::of_operator(&self.origin)).await
    }

    /// The same on behalf of somebody.
    pub(crate) async fn retire_due_as(&self, trail: &Trail) -> Result<Vec<String>, KeyError> {
        let now = self.clock.now();
        let mut retired = Vec::new();
        for key in signing_keys::list(self.database.reader()).await? {
            let dead_from = KeyState::Retiring.may_go_on_from(key.since);
            if key.state == KeyState::Retiring && dead_from.is_some_and(|dead_from| dead_from <= now) {
                match self.retire_as(trail.clone(), &key.key_id, false).await {
                    // Somebody else was faster.
                    Ok(()) | Err(KeyError::NotRetiring(_)) => retired.push(key.key_id),
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(retired)
    }

    async fn record(
        &self,
        transaction: &WriteTransaction,
        trail: Trail,
        action: &str,
        key_id: &str,
        details: Value,
    ) -> Result<(), KeyError> {
        let about = ("signing_key", key_id.to_owned());
        let entry = trail.entry_about(about, action, details, &self.entropy, self.clock.now());
        Ok(audit::append(transaction, entry).await?)
    }
}
