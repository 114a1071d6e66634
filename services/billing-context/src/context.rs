//! What every use case needs.

use service_kit::pages::PageTokens;
use service_kit::{Clock, Database, Entropy};

use crate::key_uses::KeyUses;
use crate::settings::Settings;
use crate::upstreams::{Organizations, Upstreams};

/// Handed to each use case. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub database: Database,
    pub clock: Clock,
    pub entropy: Entropy,
    pub page_tokens: PageTokens,
    pub organizations: Organizations,
    pub key_uses: KeyUses,
}

impl Context {
    pub fn new(settings: Settings, database: Database, upstreams: Upstreams) -> Self {
        Self {
            database,
            clock: settings.clock,
            entropy: settings.entropy,
            page_tokens: PageTokens::new(settings.master_key.derive("billing-context/page-tokens")),
            organizations: Organizations::new(upstreams.organizations),
            key_uses: KeyUses::default(),
        }
    }
}
