//! Telling organizations what their roles are about to lose.

use std::collections::BTreeSet;

use service_kit::{Timestamp, WriteTransaction, audit};

use crate::context::Context;
use crate::domain::loss::Loss;
use crate::domain::permission::PermissionCode;
use crate::domain::record::Record;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;

/// Organizations that are told at once.
const AT_ONCE: u64 = 100;

/// Writes one entry into the audit log of each organization whose roles hold something that goes.
pub async fn tell_losers(
    context: &Context,
    transaction: &WriteTransaction,
    trail: &Trail,
    service: &str,
    going: &BTreeSet<PermissionCode>,
    now: Timestamp,
) -> Result<(), Error> {
    if going.is_empty() {
        return Ok(());
    }
    let mut told = None;
    loop {
        let losses = store::losses::list(transaction, going, told, AT_ONCE).await?;
        let Some(last) = losses.last() else { return Ok(()) };
        told = Some(last.organization_id);
        let entry = |loss: &Loss| {
            let record = Record::roles_narrowed(service, loss);
            trail.entry(Some(loss.organization_id), record, &context.entropy, now)
        };
        audit::append_all(transaction, losses.iter().map(entry).collect()).await?;
    }
}
