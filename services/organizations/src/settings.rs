//! What this service is told from outside, validated.

use service_kit::database::DatabaseSettings;
use service_kit::{Clock, Entropy, MasterKey, Metrics};

/// Everything that this service needs.
pub struct Settings {
    /// Where its data is kept.
    pub database: DatabaseSettings,
    /// The deployment's key; page tokens are made with a key derived from it.
    pub master_key: MasterKey,
    /// The time.
    pub clock: Clock,
    /// Randomness for ids and slugs.
    pub entropy: Entropy,
    /// What operators are told.
    pub metrics: Metrics,
}
