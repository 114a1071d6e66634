//! What billing says of an organization.

use token_verification::SubscriptionClaim;

/// An organization's plan as tokens show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    pub subscription: SubscriptionClaim,
    /// Position of billing in the snapshot that this was read in.
    pub position: i64,
}
