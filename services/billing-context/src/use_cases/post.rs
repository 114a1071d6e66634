//! The one way into the ledger.

use service_kit::{Id, Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Entry, Posting};
use crate::error::BillingError;
use crate::store::ledger;

/// Enters a posting unless its request id has an entry, which then is the answer when it is the same
/// posting.
pub async fn post(
    context: &Context,
    transaction: &WriteTransaction,
    posting: Posting,
    now: Timestamp,
) -> Result<Entry, BillingError> {
    let account = ledger::lock_account(transaction, posting.organization_id).await?;
    if let Some(entry) = ledger::find_by_request(transaction, posting.request_uuid).await? {
        return if entry.answers(&posting) { Ok(entry) } else { Err(BillingError::RequestIdTaken) };
    }
    let entry = account.enter(posting, Id::generate(&context.entropy, now), now)?;
    // Requests of this organization wait at the account, so whoever was faster is another organization.
    if ledger::append(transaction, &entry).await? { Ok(entry) } else { Err(BillingError::RequestIdTaken) }
}
