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
    if after.widens(before) {
        note_widened(transaction, organization, now).await?;
    }
    Ok(())
}

/// The same where it is known that the plan gives more. Everybody else's changes wait for the counter's row from here on, so it
/// comes when nearly nothing is left to be done.
pub async fn note_widened(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<(), DbErr> {
    let subject = json!({ "organization_id": organization.uuid() });
    positions::advance(transaction, "organization_widened", subject, now).await?;
    Ok(())
}
