//! Writing into the audit log, in the transaction of what it tells.

use service_kit::{Timestamp, WriteTransaction, audit};

use crate::context::Context;
use crate::domain::{OrganizationId, Record, Trail};
use crate::store::DbErr;

/// Tells of something that was done with an organization's billing, or with everybody's.
pub async fn write_record(
    context: &Context,
    transaction: &WriteTransaction,
    organization: Option<OrganizationId>,
    trail: &Trail,
    record: Record,
    now: Timestamp,
) -> Result<(), DbErr> {
    audit::append(transaction, trail.entry(organization, record, &context.entropy, now)).await
}
