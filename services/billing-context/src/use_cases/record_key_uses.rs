//! Writes down when keys were used.

use crate::context::Context;
use crate::error::BillingError;
use crate::store::server_keys;

/// What cannot be written now is noted again for the next time.
pub async fn record_key_uses(context: &Context) -> Result<(), BillingError> {
    let uses = context.key_uses.take();
    if uses.is_empty() {
        return Ok(());
    }
    let written = async {
        let transaction = context.database.begin_write().await?;
        // By id, so that two replicas that write at once do not wait for each other crosswise.
        let mut in_order: Vec<_> = uses.iter().collect();
        in_order.sort_unstable_by_key(|(key, _)| **key);
        for (key, at) in in_order {
            server_keys::note_use(&transaction, *key, *at).await?;
        }
        Ok(transaction.commit().await?)
    };
    let written: Result<(), BillingError> = written.await;
    if written.is_err() {
        uses.into_iter().for_each(|(key, at)| context.key_uses.note(key, at));
    }
    written
}
