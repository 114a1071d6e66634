//! Numbering what was given to an organization.

use serde_json::json;
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::{Entitled, OrganizationId};
use crate::store::{DbErr, positions};

/// Records that the plan gives more than before, if it does, so that holders of older tokens can be told to refresh them early. No
/// call answers the number of it: nobody has to wait for a hint. Where something is taken away too, everybody refreshes anyhow.
///
/// The organization's account must be locked: it keeps apart whoever waits for the counter and for something else.
pub async fn tell_widened(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    before: Option<&Entitled>,
    after: &Entitled,
    now: Timestamp,
) -> Result<(), DbErr> {
    if before.is_some_and(|before| before.is_more_than(Some(after))) || !after.is_more_than(before) {
        return Ok(());
    }
    let subject = json!({ "organization_id": organization.uuid() });
    positions::advance(transaction, "organization_widened", subject, now).await?;
    Ok(())
}
