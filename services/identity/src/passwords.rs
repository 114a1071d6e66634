//! Hashing passwords: on threads of their own, a few at once, with a short queue before them.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use service_kit::metrics::{Durations, Family};
use service_kit::{Entropy, Metrics};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::domain::password::NewPassword;
use crate::error::IdentityError;
use crate::settings::PasswordSettings;

const DURATION: Family = Family {
    name: "guildhall_password_hash_seconds",
    help: "How long hashing or verifying a password took, once it had its turn",
};
const WAITING: Family =
    Family { name: "guildhall_password_hash_waiting", help: "Passwords that wait for their turn to be hashed" };
const MAY_WAIT: Family = Family {
    name: "guildhall_password_hash_waiting_limit",
    help: "Passwords that may wait; whoever comes then is refused",
};
const HASH_SECONDS: [f64; 8] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    entropy: Entropy,
    admission: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    /// Fewest characters of a new password.
    pub shortest: usize,
    /// The hash of a password that nobody has: checked when there is no account, so that it costs the same.
    nobodys_hash: Arc<str>,
    durations: Durations,
}

/// The settings ask for something that argon2 cannot do.
#[derive(Debug, thiserror::Error)]
#[error("passwords cannot be hashed with these settings: {0}")]
pub struct UnusableHashing(String);

impl Passwords {
    /// Prepares hashing; computes one hash.
    pub fn new(settings: &PasswordSettings, entropy: &Entropy, metrics: &Metrics) -> Result<Self, UnusableHashing> {
        let unusable = |problem: String| UnusableHashing(problem);
        if settings.hashes_at_once == 0 {
            return Err(unusable("at least one hash must be allowed at once".to_owned()));
        }
        let params = Params::new(settings.memory_kib, settings.passes, 1, None);
        let params = params.map_err(|error| unusable(error.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobodys: [u8; 32] = entropy.bytes();
        let nobodys_hash = argon2
            .hash_password_with_salt(&nobodys, &entropy.bytes::<16>())
            .map_err(|error| unusable(error.to_string()))?;
        let all = settings.hashes_at_once.saturating_add(settings.hashes_waiting);
        let passwords = Self {
            argon2,
            entropy: entropy.clone(),
            admission: Arc::new(Semaphore::new(all)),
            turns: Arc::new(Semaphore::new(settings.hashes_at_once)),
            shortest: settings.shortest,
            nobodys_hash: nobodys_hash.to_string().into(),
            durations: metrics.durations(DURATION, &[], &HASH_SECONDS),
        };
        passwords.tell(settings, metrics);
        Ok(passwords)
    }

    fn tell(&self, settings: &PasswordSettings, metrics: &Metrics) {
        let (at_once, may_wait) = (settings.hashes_at_once, settings.hashes_waiting);
        let (admission, turns) = (Arc::clone(&self.admission), Arc::clone(&self.turns));
        metrics.reading(WAITING, &[], move || {
            let admitted = at_once.saturating_add(may_wait).saturating_sub(admission.available_permits());
            let have_their_turn = at_once.saturating_sub(turns.available_permits());
            Some(count(admitted.saturating_sub(have_their_turn)))
        });
        metrics.reading(MAY_WAIT, &[], move || Some(count(may_wait)));
    }

    /// The hash to store for a password, in the PHC string format.
    pub async fn hash(&self, password: SecretString) -> Result<String, IdentityError> {
        let salt: [u8; 16] = self.entropy.bytes();
        let argon2 = self.argon2.clone();
        let hashed = self.in_turn(move || argon2.hash_password_with_salt(password.expose_secret().as_bytes(), &salt));
        hashed.await?.map(|hash| hash.to_string()).map_err(|error| IdentityError::broken(error.to_string()))
    }

    /// The hash to store for a new password, unless it can be guessed.
    pub async fn hash_new(&self, password: NewPassword) -> Result<String, IdentityError> {
        let salt: [u8; 16] = self.entropy.bytes();
        let argon2 = self.argon2.clone();
        let hashed = self.in_turn(move || {
            let password = password.unless_guessable().map_err(IdentityError::WeakPassword)?;
            let hash = argon2.hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|error| IdentityError::broken(error.to_string()))
        });
        hashed.await?
    }

    /// Whether the hash was made with other parameters than those in force.
    pub fn is_outdated(&self, stored: &str) -> bool {
        let Ok(stored) = PasswordHash::new(stored) else { return true };
        let params = self.argon2.params();
        Algorithm::try_from(stored.algorithm.as_str()).ok() != Some(Algorithm::Argon2id)
            || stored.version != Some(Version::V0x13.into())
            || Params::try_from(&stored).map_or(true, |of_stored| {
                (of_stored.m_cost(), of_stored.t_cost(), of_stored.p_cost())
                    != (params.m_cost(), params.t_cost(), params.p_cost())
            })
    }

    /// Whether the password belongs to the stored hash; with no hash at all the answer is no, at the
    /// same cost.
    pub async fn verify(&self, password: SecretString, stored: Option<&str>) -> Result<bool, IdentityError> {
        let has_account = stored.is_some();
        let stored = stored.unwrap_or(&self.nobodys_hash).to_owned();
        let argon2 = self.argon2.clone();
        let fits = self.in_turn(move || argon2.verify_password(password.expose_secret().as_bytes(), stored.as_str()));
        Ok(fits.await?.is_ok() && has_account)
    }

    /// Runs `work` on a thread for blocking work. The permits go along: a caller that goes away frees
    /// neither the memory nor the processor.
    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, IdentityError> {
        let admitted = Arc::clone(&self.admission).try_acquire_owned().map_err(|_| IdentityError::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(IdentityError::broken)?;
        let durations = self.durations.clone();
        let working = tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            let done = work();
            durations.add(began.elapsed());
            drop((turn, admitted));
            done
        });
        working.await.map_err(IdentityError::broken)
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
