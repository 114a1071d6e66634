//! The keys that a running identity signs with and publishes.

use std::sync::{Arc, PoisonError, RwLock};

use service_kit::metrics::Family;
use service_kit::{Clock, Metrics};
use token_verification::{Claims, KeySet, KeyStore};

use crate::domain::trail::Trail;
use crate::error::{IdentityError, KeyError};
use crate::key_vault::{KeyVault, KeysInUse};

const AGE: Family = Family {
    name: "guildhall_signing_key_age_seconds",
    help: "Since when tokens are signed with the key that they are signed with now",
};

/// Follows the vault. A replica that has not yet seen a rotation signs with a key that everybody still knows.
pub struct Keyring {
    vault: KeyVault,
    in_use: RwLock<Arc<KeysInUse>>,
    /// One looks at a time, so that what was read earlier never replaces what was read later.
    looking: tokio::sync::Mutex<()>,
    /// By which this process verifies.
    verifying: KeyStore,
}

impl Keyring {
    /// The keys as the vault holds them now, given to the verifier as well.
    pub async fn load(vault: KeyVault, verifying: KeyStore) -> Result<Self, KeyError> {
        let in_use = Arc::new(vault.in_use().await?);
        verifying.replace(KeySet::from_jwks(&in_use.jwks).map_err(|_| KeyError::Damaged)?);
        Ok(Self { vault, in_use: RwLock::new(in_use), looking: tokio::sync::Mutex::default(), verifying })
    }

    /// Tells from now on how old the key is that signs.
    pub fn tell(self: &Arc<Self>, metrics: &Metrics, clock: &Clock) {
        let (keyring, clock) = (Arc::clone(self), clock.clone());
        metrics.reading(AGE, &[], move || Some(keyring.in_use().active_since.until(clock.now()).as_secs_f64()));
    }

    /// The published keys (RFC 7517).
    pub fn jwks(&self) -> String {
        self.in_use().jwks.clone()
    }

    /// Signs with the active key.
    pub fn sign(&self, claims: &Claims) -> Result<String, IdentityError> {
        self.in_use().active.sign(claims).map_err(IdentityError::broken)
    }

    /// Retires keys whose tokens are dead, and looks.
    pub async fn follow(&self) -> Result<(), KeyError> {
        self.vault.retire_due_as(&Trail::of_system()).await?;
        self.look().await
    }

    /// Looks whether somebody has rotated or retired a key.
    pub async fn look(&self) -> Result<(), KeyError> {
        let _looking = self.looking.lock().await;
        let found = self.vault.in_use().await?;
        let held = self.in_use();
        if found.jwks == held.jwks && found.active.key_id() == held.active.key_id() {
            return Ok(());
        }
        // Whoever verifies here knows the keys before anything is signed with them.
        self.verifying.replace(KeySet::from_jwks(&found.jwks).map_err(|_| KeyError::Damaged)?);
        tracing::info!(active = found.active.key_id(), "the signing keys have changed");
        *self.in_use.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
        Ok(())
    }

    fn in_use(&self) -> Arc<KeysInUse> {
        Arc::clone(&self.in_use.read().unwrap_or_else(PoisonError::into_inner))
    }
}
