//! Passing over into the next period when one is over, without being asked.

use crate::context::Context;
use crate::domain::OrganizationId;
use crate::error::BillingError;
use crate::store::subscriptions;
use crate::use_cases::settle::settle;
use crate::use_cases::take_position::take_position;

/// Subscriptions that one round sees to.
const AT_ONCE: u64 = 200;

/// Turns what is due, the longest due first. One that cannot be turned holds up no other.
pub async fn turn_periods(context: &Context) -> Result<(), BillingError> {
    let due = subscriptions::due(context.database.reader(), context.clock.now(), AT_ONCE).await?;
    let mut failed = None;
    for organization in due {
        match turn(context, organization).await {
            // It has ended meanwhile.
            Ok(()) | Err(BillingError::OrganizationNotFound) => {}
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn turn(context: &Context, organization: OrganizationId) -> Result<(), BillingError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let settled = settle(context, &transaction, organization, now).await?;
    take_position(&transaction, organization, settled.narrowed, now).await?;
    transaction.commit().await?;
    Ok(())
}
