//! What the composition root decides for this service.

use service_kit::database::DatabaseSettings;
use service_kit::{Clock, Entropy, MasterKey, Metrics};

use crate::providers::StripeSettings;

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
    /// What operators are told.
    pub metrics: Metrics,
    /// What plans are bought from.
    pub provider: ProviderSettings,
    /// The origins that people may be sent back to from a checkout or a portal, as browsers write them
    /// (`https://app.example`): the product's own, the app's, and those configured for apps.
    pub return_origins: Vec<String>,
}

/// What plans are bought from.
pub enum ProviderSettings {
    /// The built-in provider.
    Manual {
        /// What the addresses of its pages begin with (`http://127.0.0.1:8080`), where the gateway shows them: in
        /// development. Without it, only the back office puts organizations on plans.
        pages: Option<String>,
    },
    /// Stripe.
    Stripe(Box<StripeSettings>),
}
