//! Adds credits.

use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Entry, OrganizationId, Posting, Reason};
use crate::error::BillingError;
use crate::use_cases::post::post;
use crate::use_cases::settle::settle;
use crate::use_cases::take_position::take_position;

pub struct Deposit {
    pub organization_id: OrganizationId,
    pub amount: i64,
    pub request_uuid: Uuid,
    pub note: Option<String>,
}

/// The same request gets the same entry, however often and however concurrently it is made.
pub async fn deposit(context: &Context, command: Deposit) -> Result<Entry, BillingError> {
    let organization = command.organization_id;
    let posting = Posting {
        organization_id: organization,
        amount_delta: command.amount,
        reason: Reason::Deposit,
        note: command.note,
        request_uuid: command.request_uuid,
    };
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let settled = settle(context, &transaction, organization, now).await?;
    let entry = post(context, &transaction, posting, now).await?;
    take_position(&transaction, organization, settled.narrowed, now).await?;
    transaction.commit().await?;
    Ok(entry)
}
