//! Charges and deposits by the operator's own programs.

use service_kit::ServerKeySecret;

use crate::context::Context;
use crate::domain::{Entry, Posting, Scope};
use crate::error::BillingError;
use crate::store::ledger;
use crate::use_cases::admit_key::{admit_key, hold_key};
use crate::use_cases::post::post;
use crate::use_cases::settle::settle;
use crate::use_cases::take_position::take_position;

/// The same request gets the same entry, however often and however concurrently it is made.
pub async fn post_by_key(
    context: &Context,
    secret: &ServerKeySecret,
    scope: Scope,
    posting: Posting,
) -> Result<Entry, BillingError> {
    let is_active = admit_key(context, secret, scope, posting.organization_id).await?;
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    hold_key(&transaction, secret, scope, now).await?;
    let organization = posting.organization_id;
    let settled = settle(context, &transaction, organization, now).await?;
    // What it was charged before it was suspended is answered again; what is added or read harms nobody.
    let is_answered = async || ledger::find_by_request(&transaction, posting.request_uuid).await;
    if scope == Scope::BillingCharge && !is_active && is_answered().await?.is_none() {
        return Err(BillingError::OrganizationSuspended);
    }
    let entry = post(context, &transaction, posting, now).await?;
    take_position(&transaction, organization, settled.narrowed, now).await?;
    transaction.commit().await?;
    Ok(entry)
}
