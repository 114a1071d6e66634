//! Organizations that have been ended, as organizations numbers them.

use crate::domain::OrganizationId;

/// A place in the record of endings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndingCursor {
    /// Of organizations, at which it ended.
    pub position: i64,
    pub organization_id: OrganizationId,
}
