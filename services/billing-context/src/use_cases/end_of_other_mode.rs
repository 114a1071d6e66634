//! What was bought in the provider's other mode gives way to what the built-in provider begins, which counts in both.

use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{OrganizationId, Record, Trail};
use crate::error::BillingError;
use crate::store::subscriptions;
use crate::use_cases::write_record::write_record;

/// Ends it here. It did not count, so nothing is taken away, and at its provider it is left alone: nobody here can reach it.
/// The organization's account must be locked.
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
        let ended = other.ended_at(now);
        subscriptions::update(transaction, &ended).await?;
        let record = Record::subscription_ended(&ended);
        write_record(context, transaction, Some(organization), trail, record, now).await?;
    }
    Ok(())
}
