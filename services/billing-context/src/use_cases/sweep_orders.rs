//! Forgetting checkouts and visits that nobody comes back to.

use std::time::Duration;

use crate::context::Context;
use crate::error::BillingError;
use crate::store::{orders, visits};

/// How long they are kept after they are over: a payment provider may tell of an order days later.
const KEPT_FOR: Duration = Duration::from_secs(30 * 86_400);

pub async fn sweep_orders(context: &Context) -> Result<(), BillingError> {
    let before = context.clock.now().minus(KEPT_FOR);
    let transaction = context.database.begin_write().await?;
    orders::sweep(&transaction, before).await?;
    visits::sweep(&transaction, before).await?;
    transaction.commit().await?;
    Ok(())
}
