//! The order in which organizations have ended.

use crate::domain::ids::OrganizationId;

/// A place in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Of the transaction in which it ended.
    pub position: i64,
    pub organization_id: OrganizationId,
}
