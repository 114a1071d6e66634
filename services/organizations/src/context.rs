//! What use cases work with.

use service_kit::pages::PageTokens;
use service_kit::{Clock, Database, Entropy};

/// Handed to every use case. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// This service's database.
    pub database: Database,
    /// The time.
    pub clock: Clock,
    /// Randomness for ids and slugs.
    pub entropy: Entropy,
    /// Makes and reads page tokens.
    pub page_tokens: PageTokens,
}
