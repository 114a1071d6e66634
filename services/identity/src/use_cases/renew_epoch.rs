//! Begins another epoch of positions.

use serde_json::json;
use service_kit::{Database, Entropy, Timestamp, audit};

use crate::domain::trail::Trail;
use crate::error::IdentityError;
use crate::store::{entitlements, epoch};

/// Chooses the epoch that follows upon `former`; its name, or `None` when somebody else has chosen one. Tokens of before are
/// refreshed once.
pub async fn renew_epoch(
    database: &Database,
    former: &str,
    trail: Trail,
    entropy: &Entropy,
    now: Timestamp,
) -> Result<Option<String>, IdentityError> {
    let name = entropy.uuid(now).to_string();
    let transaction = database.begin_write().await?;
    if !epoch::renew(&transaction, former, name.clone()).await? {
        return Ok(None);
    }
    // What was seen of plans is numbered in the former epoch.
    entitlements::forget_all(&transaction).await?;
    let details = json!({ "former": former });
    let entry = trail.entry_about(("epoch", name.clone()), "epoch.renewed", details, entropy, now);
    audit::append(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(Some(name))
}
