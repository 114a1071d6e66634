//! Writing into the audit log, in the transaction of what it tells.

use service_kit::{Timestamp, WriteTransaction, audit};

use crate::context::Context;
use crate::domain::{OrganizationId, Record, Trail};
use crate::store::DbErr;

/// Tells of something that was done with an organization's invitations, and counts it once it is committed.
pub async fn write_record(
    context: &Context,
    transaction: &WriteTransaction,
    organization: OrganizationId,
    trail: &Trail,
    record: Record,
    now: Timestamp,
) -> Result<(), DbErr> {
    debug_assert!(Record::ACTIONS.contains(&record.action), "{} is counted under no name", record.action);
    if let Some(count) = context.numbers.of_action(record.action) {
        transaction.count(count);
    }
    audit::append(transaction, trail.entry(organization, record, &context.entropy, now)).await
}
