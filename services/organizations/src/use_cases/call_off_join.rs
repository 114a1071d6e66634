//! Seeing to it that a joining comes to nothing, wherever its requests are.

use std::time::Duration;

use crate::context::Context;
use crate::domain::denial::Denial;
use crate::domain::ids::{JoinId, OrganizationId};
use crate::error::Error;
use crate::store;

/// Longer than any request can be on its way, and than anybody repeats one.
const REMEMBERED: Duration = Duration::from_secs(48 * 3600);

/// Answers whether the joining had made a membership before; if not, it never will. Whoever adds a member locks the
/// organization too, and so comes before this or after it.
pub async fn call_off_join(context: &Context, organization_id: OrganizationId, join_id: JoinId) -> Result<bool, Error> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    store::organizations::lock(&transaction, organization_id).await?.ok_or(Denial::OrganizationNotFound)?;
    let has_joined = store::joins::find(&transaction, join_id).await?.is_some();
    if !has_joined {
        store::joins::call_off(&transaction, organization_id, join_id, now, now.minus(REMEMBERED)).await?;
    }
    transaction.commit().await?;
    Ok(has_joined)
}
