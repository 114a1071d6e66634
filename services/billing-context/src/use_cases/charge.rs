//! Takes credits.

use service_kit::ServerKeySecret;
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Entry, OrganizationId, Posting, Reason, Scope};
use crate::error::BillingError;
use crate::use_cases::post_by_key::post_by_key;

pub struct Charge {
    pub organization_id: OrganizationId,
    /// 1 or more.
    pub amount: i64,
    pub request_uuid: Uuid,
    pub note: Option<String>,
}

/// Refused, and nothing written, when the organization has not enough.
pub async fn charge(context: &Context, secret: &ServerKeySecret, command: Charge) -> Result<Entry, BillingError> {
    let posting = Posting {
        organization_id: command.organization_id,
        amount_delta: -command.amount,
        reason: Reason::Charge,
        note: command.note,
        request_uuid: command.request_uuid,
    };
    post_by_key(context, secret, Scope::BillingCharge, posting).await
}
