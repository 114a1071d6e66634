//! Ends a server API key.

use service_kit::{Clock, Database, Entropy, audit};

use crate::context::Context;
use crate::domain::{Caller, Maker, Record, ServerKeyId, Trail};
use crate::error::BillingError;
use crate::store::server_keys;

/// For the back office.
pub async fn revoke_server_key(context: &Context, caller: &Caller, id: ServerKeyId) -> Result<(), BillingError> {
    context.organizations.authorize_back_office(caller.user_id).await?;
    let by = (Maker::User(caller.user_id), Trail::of_back_office(caller));
    end_key(&context.database, &context.clock, &context.entropy, by, id).await
}

/// For whoever is known to be allowed. The end is committed first, so that nobody begins to use the key any more; then it
/// waits for those who have begun. Repeating it does the same again.
pub async fn end_key(
    database: &Database,
    clock: &Clock,
    entropy: &Entropy,
    (maker, trail): (Maker, Trail),
    id: ServerKeyId,
) -> Result<(), BillingError> {
    let now = clock.now();
    let transaction = database.begin_write().await?;
    if !server_keys::exists(&transaction, id).await? {
        return Err(BillingError::ServerKeyNotFound);
    }
    if server_keys::end(&transaction, id, maker, now).await? {
        audit::append(&transaction, trail.entry(None, Record::server_key_revoked(id), entropy, now)).await?;
    }
    transaction.commit().await?;

    let transaction = database.begin_write().await?;
    server_keys::await_users(&transaction, id).await?;
    Ok(transaction.commit().await?)
}
