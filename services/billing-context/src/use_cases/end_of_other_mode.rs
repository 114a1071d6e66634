//! What was bought in the provider's other mode gives way to what the built-in provider begins, which counts in both.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{OrganizationId, Trail};
use crate::error::BillingError;
use crate::store::subscriptions;
use crate::use_cases::end_on_purpose::{end_on_purpose, tell_left_running};

/// Ends it here. It did not count, so nothing is taken away. At its provider nobody here can reach it: the operator is told,
/// and it is ended there when that mode is set up again and it is read. The organization's account must be locked.
pub async fn end_of_other_mode(
    context: &Context,
    transaction: &WriteTransaction,
    organization: OrganizationId,
    trail: &Trail,
    now: Timestamp,
) -> Result<(), BillingError> {
    for other in subscriptions::find_all_present(transaction, organization).await? {
        if other.counts_in(context.providers.is_live()) {
            continue;
        }
        let ended = end_on_purpose(context, transaction, other, trail, now).await?;
        tell_left_running(transaction, &ended, now).await?;
    }
    Ok(())
}
