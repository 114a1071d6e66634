//! Ids that stand alone in a request.

use service_kit::{Fields, Refusal};

use crate::domain::ids::{OrganizationId, UserId};

/// Reads the field `organization_id` of a request that has no other.
pub fn organization_id(text: &str) -> Result<OrganizationId, Refusal> {
    let mut fields = Fields::default();
    fields.check("organization_id", text.parse()).ok_or_else(|| fields.refuse())
}

/// Reads the field `user_id` of a request that has no other.
pub fn user_id(text: &str) -> Result<UserId, Refusal> {
    let mut fields = Fields::default();
    fields.check("user_id", text.parse()).ok_or_else(|| fields.refuse())
}
