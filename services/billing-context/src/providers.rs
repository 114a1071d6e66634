//! Who takes the money for subscriptions and looks after them.
//!
//! `manual` is built in and always there: what counts is our own row, so it has no steps to carry out. With another
//! provider what counts is what that provider says when it is read; here nothing is changed before that.

mod manual;

use std::sync::Arc;

pub use manual::Manual;

use crate::domain::{Order, PortalVisit, ProviderKind, Step};

/// A provider did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It is not set up here, so nothing can be bought.
    #[error("no provider is set up")]
    NotConfigured,
    /// It does not answer, or answers that it cannot now; asking again under the same id is safe.
    #[error("the provider cannot be reached: {0}")]
    Unavailable(String),
    /// It will not do it, however often it is asked. The text is for the log.
    #[error("the provider refuses: {0}")]
    Refused(String),
}

/// Somebody who sells plans. Every call is idempotent by the id of what it is given (an order, a visit, a step), which
/// is durable here before the call is made; none is made while a transaction is open.
#[async_trait::async_trait]
pub trait Provider: Send + Sync {
    /// The address where the buyer takes what was ordered. Nothing is subscribed to by this.
    async fn start_checkout(&self, order: &Order) -> Result<String, ProviderError>;

    /// The address where people see to what the organization has with this provider, for a short while.
    async fn open_portal(&self, visit: &PortalVisit) -> Result<String, ProviderError>;

    /// Changes a subscription at the provider. When it answers `Ok`, reading the provider shows the step's effect; a step
    /// on a subscription that has ended there is done. For the built-in provider there is nothing to do.
    async fn carry_out(&self, step: &Step) -> Result<(), ProviderError>;
}

/// The providers of this deployment. Cheap to clone.
#[derive(Clone)]
pub struct Providers {
    manual: Arc<Manual>,
    /// Who sells, unless it is the built-in one.
    other: Option<(ProviderKind, Arc<dyn Provider>)>,
}

impl Providers {
    /// The built-in provider, and the one that sells in its place.
    pub fn new(manual: Manual, other: Option<(ProviderKind, Arc<dyn Provider>)>) -> Self {
        Self { manual: Arc::new(manual), other }
    }

    /// The built-in provider, for its own pages.
    pub fn manual(&self) -> &Manual {
        &self.manual
    }

    /// Which provider new subscriptions are bought from.
    pub fn seller(&self) -> ProviderKind {
        self.other.as_ref().map_or(ProviderKind::Manual, |(kind, _)| *kind)
    }

    /// The provider of this kind; refused when it is no longer set up.
    pub fn of(&self, kind: ProviderKind) -> Result<&dyn Provider, ProviderError> {
        match &self.other {
            _ if kind == ProviderKind::Manual => Ok(self.manual.as_ref()),
            Some((other, provider)) if *other == kind => Ok(provider.as_ref()),
            _ => Err(ProviderError::NotConfigured),
        }
    }
}
