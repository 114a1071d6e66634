//! The built-in provider: takes no payment. In development its checkout and its portal are pages of the gateway, where
//! whoever holds the secret of an order or a visit answers for it; elsewhere the back office grants plans.

use service_kit::{DerivedKey, SecretToken};
use uuid::Uuid;

use crate::domain::{Order, PortalVisit, Step};
use crate::providers::{Provider, ProviderError};

/// The built-in provider.
pub struct Manual {
    /// What the addresses of its pages begin with; without it nothing can be bought.
    pages: Option<String>,
    secrets: DerivedKey,
}

impl Manual {
    /// With pages below this address, or without any.
    pub const fn new(pages: Option<String>, secrets: DerivedKey) -> Self {
        Self { pages, secrets }
    }

    /// Refused where its pages are not shown.
    pub fn require_pages(&self) -> Result<&str, ProviderError> {
        self.pages.as_deref().ok_or(ProviderError::NotConfigured)
    }

    /// The secret of an order or a visit: derived, so that only its hash is stored.
    pub fn secret_of(&self, errand: Uuid) -> SecretToken {
        SecretToken::derive(&self.secrets, &[errand.as_bytes()])
    }
}

#[async_trait::async_trait]
impl Provider for Manual {
    async fn start_checkout(&self, order: &Order) -> Result<String, ProviderError> {
        let pages = self.require_pages()?;
        Ok(format!("{pages}/dev/checkout?token={}", self.secret_of(order.id.uuid()).expose()))
    }

    async fn open_portal(&self, visit: &PortalVisit) -> Result<String, ProviderError> {
        let pages = self.require_pages()?;
        Ok(format!("{pages}/dev/billing?token={}", self.secret_of(visit.id.uuid()).expose()))
    }

    async fn carry_out(&self, _: &Step) -> Result<(), ProviderError> {
        Ok(())
    }
}
