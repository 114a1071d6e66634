//! Numbering what was taken away from an organization.

use serde_json::json;
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::OrganizationId;
use crate::store::{DbErr, positions};

/// The position at which the organization's older tokens end; 0 when nothing was taken away. Comes last in a transaction.
pub async fn take_position(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    narrowed: bool,
    now: Timestamp,
) -> Result<i64, DbErr> {
    if !narrowed {
        return Ok(0);
    }
    let subject = json!({ "organization_id": organization.uuid() });
    positions::advance(transaction, "entitlement", subject, now).await
}
