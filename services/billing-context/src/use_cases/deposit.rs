//! Adds credits.

use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Entry, OrganizationId, Posting, Reason};
use crate::error::BillingError;
use crate::use_cases::post::post;

pub struct Deposit {
    pub organization_id: OrganizationId,
    pub amount: i64,
    pub request_uuid: Uuid,
    pub note: Option<String>,
}

/// The same request gets the same entry, however often and however concurrently it is made.
pub async fn deposit(context: &Context, command: Deposit) -> Result<Entry, BillingError> {
    let posting = Posting {
        organization_id: command.organization_id,
        amount_delta: command.amount,
        reason: Reason::Deposit,
        note: command.note,
        request_uuid: command.request_uuid,
    };
    let transaction = context.database.begin_write().await?;
    let entry = post(context, &transaction, posting, context.clock.now()).await?;
    transaction.commit().await?;
    Ok(entry)
}
