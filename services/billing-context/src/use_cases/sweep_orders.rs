//! Forgetting checkouts and visits that nobody comes back to.

use std::time::Duration;

use crate::context::Context;
use crate::error::BillingError;
use crate::store::{orders, visits};

/// How long checkouts are kept after they are over, for whoever looks into what somebody bought.
const KEPT_FOR: Duration = Duration::from_secs(30 * 86_400);

pub async fn sweep_orders(context: &Context) -> Result<(), BillingError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    orders::sweep(&transaction, now.minus(KEPT_FOR)).await?;
    visits::sweep(&transaction, now).await?;
    transaction.commit().await?;
    Ok(())
}
