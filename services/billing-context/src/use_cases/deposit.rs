//! Adds credits.

use service_kit::ServerKeySecret;
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Entry, OrganizationId, Posting, Reason, Scope};
use crate::error::BillingError;
use crate::use_cases::post_by_key::post_by_key;

pub struct Deposit {
    pub organization_id: OrganizationId,
    /// 1 or more.
    pub amount: i64,
    pub request_uuid: Uuid,
    pub note: Option<String>,
}

pub async fn deposit(context: &Context, secret: &ServerKeySecret, command: Deposit) -> Result<Entry, BillingError> {
    let posting = Posting {
        organization_id: command.organization_id,
        amount_delta: command.amount,
        reason: Reason::Deposit,
        note: command.note,
        request_uuid: command.request_uuid,
    };
    post_by_key(context, secret, Scope::BillingDeposit, posting).await
}
