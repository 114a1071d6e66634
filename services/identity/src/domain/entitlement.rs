//! What billing says of an organization.

use token_verification::SubscriptionClaim;

/// What was heard of an organization's plan since it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SinceSeen {
    /// Billing was not heard in this epoch.
    Unheard,
    /// It is the same up to this position of billing.
    Unchanged(i64),
    /// It may be another one, as is known up to this position of billing.
    Changed(i64),
}

/// An organization's plan as tokens show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    pub subscription: SubscriptionClaim,
    /// Position of billing in the snapshot that this was read in.
    pub position: i64,
}
