//! Recording what identity says of a user.

use crate::context::Context;
use crate::domain::user::UserProfile;
use crate::error::Error;
use crate::store;

/// Keeps the newest profile; one that arrives late, or after the user has departed, changes nothing.
pub async fn record_profile(context: &Context, profile: UserProfile) -> Result<(), Error> {
    let transaction = context.database.begin_write().await?;
    store::users::record(&transaction, &profile).await?;
    Ok(transaction.commit().await?)
}
