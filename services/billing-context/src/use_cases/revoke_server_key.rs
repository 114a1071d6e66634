//! Ends a server API key.

use service_kit::{Clock, Database};

use crate::context::Context;
use crate::domain::{Maker, ServerKeyId, UserId};
use crate::error::BillingError;
use crate::store::server_keys;

/// For the back office.
pub async fn revoke_server_key(context: &Context, caller: UserId, id: ServerKeyId) -> Result<(), BillingError> {
    context.organizations.let_into_back_office(caller).await?;
    end_key(&context.database, &context.clock, Maker::User(caller), id).await
}

/// For whoever is known to be allowed. The end is committed first, so that nobody begins to use the key any more; then it
/// waits for those who have begun. Repeating it does the same again.
pub async fn end_key(database: &Database, clock: &Clock, maker: Maker, id: ServerKeyId) -> Result<(), BillingError> {
    let transaction = database.begin_write().await?;
    if !server_keys::exists(&transaction, id).await? {
        return Err(BillingError::ServerKeyNotFound);
    }
    server_keys::end(&transaction, id, maker, clock.now()).await?;
    transaction.commit().await?;

    let transaction = database.begin_write().await?;
    server_keys::await_users(&transaction, id).await?;
    Ok(transaction.commit().await?)
}
