//! What every use case needs.

use service_kit::pages::PageTokens;
use service_kit::{Clock, Database, DerivedKey, Entropy};

use crate::BuildError;
use crate::domain::ReturnOrigins;
use crate::key_uses::KeyUses;
use crate::providers::{Manual, Providers, Stripe};
use crate::settings::{ProviderSettings, Settings};
use crate::upstreams::{Organizations, Upstreams};

/// Handed to each use case. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub database: Database,
    pub clock: Clock,
    pub entropy: Entropy,
    pub page_tokens: PageTokens,
    pub organizations: Organizations,
    pub providers: Providers,
    pub return_origins: ReturnOrigins,
    pub key_uses: KeyUses,
    /// Names what is entered into ledgers without being asked for.
    pub grant_ids: DerivedKey,
}

impl Context {
    pub fn new(settings: Settings, database: Database, upstreams: Upstreams) -> Result<Self, BuildError> {
        let secrets = settings.master_key.derive("billing-context/manual-pages");
        let providers = match settings.provider {
            ProviderSettings::Manual { pages } => Providers::new(Manual::new(pages, secrets), None),
            ProviderSettings::Stripe(stripe) => {
                let stripe = Stripe::new(*stripe, database.clone(), settings.clock.clone())?;
                Providers::new(Manual::new(None, secrets), Some(stripe))
            }
        };
        Ok(Self {
            database,
            clock: settings.clock,
            entropy: settings.entropy,
            page_tokens: PageTokens::new(settings.master_key.derive("billing-context/page-tokens")),
            organizations: Organizations::new(upstreams.organizations),
            providers,
            return_origins: ReturnOrigins::new(settings.return_origins),
            key_uses: KeyUses::default(),
            grant_ids: settings.master_key.derive("billing-context/plan-grants"),
        })
    }
}
