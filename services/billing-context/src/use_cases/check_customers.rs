//! Reads customers at Stripe that nothing was heard of for long: an event that never came must not count for ever.

use std::time::Duration;

use crate::context::Context;
use crate::error::BillingError;
use crate::store::stripe::{customers, events};
use crate::use_cases::receive_event::want_reading;

/// How old a reading may become.
const FRESH_FOR: Duration = Duration::from_secs(6 * 3600);
/// Customers that one round has read: Stripe bounds how many calls it takes.
const AT_ONCE: u64 = 50;
/// How long it is remembered which events came, and what nobody tells any more. Stripe sends an event for three days.
const EVENTS_KEPT_FOR: Duration = Duration::from_secs(90 * 86_400);

pub async fn check_customers(context: &Context) -> Result<(), BillingError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    events::sweep(&transaction, now.minus(EVENTS_KEPT_FOR)).await?;
    transaction.commit().await?;
    let Ok(stripe) = context.providers.stripe() else { return Ok(()) };
    let before = now.minus(FRESH_FOR);
    let stale = customers::unchecked_since(context.database.reader(), stripe.is_live(), before, AT_ONCE).await?;
    for customer in stale {
        let transaction = context.database.begin_write().await?;
        if customers::note_check(&transaction, &customer, before, now).await? {
            want_reading(&transaction, &customer, now).await?;
        }
        transaction.commit().await?;
    }
    Ok(())
}
