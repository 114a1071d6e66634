//! Who takes the money for subscriptions and looks after them.
//!
//! `manual` is built in and always there: what counts is our own row, so it has no steps to carry out. With another
//! provider what counts is what that provider says when it is read; here nothing is changed before that, but that what has
//! ended there ends here.

mod manual;
mod stripe;

use std::sync::Arc;

pub use manual::Manual;
pub use stripe::{
    NoEvent, SignatureProblem, Stripe, StripeEvent, StripeSettings, UnusableSecrets, UnusableStripe, WebhookSecrets,
};

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
    /// Its portal is not set up at the provider. The text is for the log.
    #[error("the provider's portal is not set up: {0}")]
    NoPortal(String),
    /// It has nothing of this organization any more.
    #[error("the provider does not have the organization's customer")]
    CustomerGone,
    /// The payment that it takes was declined, and nothing was changed. The text is for the log.
    #[error("the payment was declined: {0}")]
    Declined(String),
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
    /// on a subscription that has ended there, or is not there, is done. One that is of a mode which is not set up is
    /// `NotConfigured`. For the built-in provider there is nothing to do.
    async fn carry_out(&self, step: &Step) -> Result<(), ProviderError>;
}

/// The providers of this deployment. Cheap to clone.
#[derive(Clone)]
pub struct Providers {
    manual: Arc<Manual>,
    /// Who sells in its place.
    stripe: Option<Arc<Stripe>>,
}

impl Providers {
    /// The built-in provider, and the one that sells in its place.
    pub fn new(manual: Manual, stripe: Option<Stripe>) -> Self {
        Self { manual: Arc::new(manual), stripe: stripe.map(Arc::new) }
    }

    /// The built-in provider, for its own pages.
    pub fn manual(&self) -> &Manual {
        &self.manual
    }

    /// Stripe, for what it sends and for reading it; refused when it is not set up.
    pub fn stripe(&self) -> Result<&Stripe, ProviderError> {
        self.stripe.as_deref().ok_or(ProviderError::NotConfigured)
    }

    /// Which provider new subscriptions are bought from.
    pub const fn seller(&self) -> ProviderKind {
        if self.stripe.is_some() { ProviderKind::Stripe } else { ProviderKind::Manual }
    }

    /// The mode that counts: Stripe's, and where it is not set up the one in which real money was paid. What was bought in the
    /// other one waits until that is set up again.
    pub fn is_live(&self) -> bool {
        self.stripe.as_ref().is_none_or(|stripe| stripe.is_live())
    }

    /// The provider of this kind; refused when it is no longer set up.
    pub fn of(&self, kind: ProviderKind) -> Result<&dyn Provider, ProviderError> {
        match kind {
            ProviderKind::Manual => Ok(self.manual.as_ref()),
            ProviderKind::Stripe => Ok(self.stripe()?),
        }
    }
}
