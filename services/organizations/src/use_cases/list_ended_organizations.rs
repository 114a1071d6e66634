//! Telling other services which organizations have ended.

use crate::context::Context;
use crate::domain::ending::Ending;
use crate::error::Error;
use crate::store;

/// Up to `limit` endings after this place, in order.
pub async fn list_ended_organizations(context: &Context, after: Ending, limit: u64) -> Result<Vec<Ending>, Error> {
    Ok(store::endings::list_after(context.database.reader(), after, limit).await?)
}
