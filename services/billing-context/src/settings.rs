//! What the composition root decides for this service.

use service_kit::database::DatabaseSettings;
use service_kit::{Clock, Entropy, MasterKey};

/// Everything that varies between deployments and tests.
pub struct Settings {
    /// Where the data is.
    pub database: DatabaseSettings,
    /// The deployment's secret; page tokens are authenticated with a key derived from it.
    pub master_key: MasterKey,
    /// The present.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
}
