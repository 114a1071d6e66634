//! Accepts what users signed up with, once their addresses are proven.

use service_kit::outbox;
use service_kit::refusal::{ErrorReason, reason_of};
use tonic::Status;

use crate::context::Context;
use crate::domain::{Caller, InvitationId, Refused, UserId};
use crate::error::InvitationError;
use crate::store::invitee_claims;
use crate::use_cases::{ADMIT_WHEN_PROVEN, Answering, accept_invitation};

/// What has become of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// The user belongs to the organization.
    Joined,
    /// The address is not proven yet, or the organization is suspended.
    Waiting,
    /// There is nothing to join any more.
    Over,
}

/// Accepts everything that the user signed up with; answers how much of it.
pub async fn admit_proven(context: &Context, user: UserId) -> Result<i32, InvitationError> {
    let mut joined = 0;
    for invitation in invitee_claims::list_of(context.database.reader(), user).await? {
        if admit_by_claim(context, invitation).await? == Admitted::Joined {
            joined += 1;
        }
    }
    Ok(joined)
}

/// Accepts an invitation for whoever signed up with it. Everything is asked again there: whether the address
/// is proven and the invited one, and whether the offer still stands.
pub async fn admit_by_claim(context: &Context, invitation: InvitationId) -> Result<Admitted, InvitationError> {
    let claimed = invitee_claims::find(context.database.reader(), invitation).await?;
    let Some(user) = claimed else { return Ok(Admitted::Over) };
    let admitted = match accept_invitation(context, &Caller::absent(user), Answering::ById(invitation)).await {
        Ok(_) => Admitted::Joined,
        Err(InvitationError::Refused(Refused::EmailNotVerified)) => return Ok(Admitted::Waiting),
        // The organization may be reactivated; until then the offer waits, and so does this.
        Err(InvitationError::Upstream(status)) if is_suspended(&status) => return Ok(Admitted::Waiting),
        Err(InvitationError::Refused(_) | InvitationError::Upstream(_)) => Admitted::Over,
        Err(unanswered) => return Err(unanswered),
    };
    let transaction = context.database.begin_write().await?;
    invitee_claims::remove(&transaction, invitation).await?;
    outbox::complete(&transaction, ADMIT_WHEN_PROVEN, &invitation.to_string()).await?;
    transaction.commit().await?;
    Ok(admitted)
}

fn is_suspended(status: &Status) -> bool {
    reason_of(status) == Some(ErrorReason::OrganizationSuspended)
}
