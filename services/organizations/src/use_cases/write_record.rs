//! Writing into the audit log, in the transaction of what it tells.

use service_kit::{Timestamp, WriteTransaction, audit};

use crate::context::Context;
use crate::domain::ids::OrganizationId;
use crate::domain::record::Record;
use crate::domain::trail::Trail;
use crate::error::Error;

/// Tells of something that was done to an organization.
pub async fn write_record(
    context: &Context,
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    trail: &Trail,
    record: Record,
    now: Timestamp,
) -> Result<(), Error> {
    let entry = trail.entry(Some(organization_id), record, &context.entropy, now);
    Ok(audit::append(transaction, entry).await?)
}
