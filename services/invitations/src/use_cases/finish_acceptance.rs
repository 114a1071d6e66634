//! The second half of accepting: the membership, then the record of it. Done by the accepting call,
//! or by the relay when that call did not get so far.

use service_kit::outbox;

use crate::context::Context;
use crate::domain::{Invitation, Refused, UserId};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::upstreams::{Admission, Joining, NotAdmitted};
use crate::use_cases::end_offer;

/// The intent to finish; the key is the invitation's id.
pub const FINISH_ACCEPTANCE: &str = "finish-accept";

enum Outcome {
    Accepted,
    Pending,
    Void,
}

/// The invitation must be claimed by this user. Repeating it is safe at any time.
pub async fn finish_acceptance(
    context: &Context,
    invitation: &Invitation,
    user: UserId,
) -> Result<Admission, InvitationError> {
    let joining = Joining {
        join_id: invitation.id.uuid(),
        organization_id: invitation.organization_id,
        user_id: user,
        role_ids: invitation.role_ids.clone(),
        granted_by: invitation.invited_by,
    };
    let (outcome, answer) = match context.organizations.admit(&joining).await {
        Ok(admission) => (Outcome::Accepted, Ok(admission)),
        Err(NotAdmitted::Ended) => (Outcome::Accepted, Err(Refused::AlreadyUsed.into())),
        Err(NotAdmitted::OfferVoid) => (Outcome::Void, Err(Refused::Revoked.into())),
        Err(NotAdmitted::UserGone) => (Outcome::Void, Err(Refused::AccountGone.into())),
        Err(NotAdmitted::NotNow(status)) => (Outcome::Pending, Err(InvitationError::Upstream(status))),
        Err(NotAdmitted::Unanswered(status)) => return Err(InvitationError::Unanswered(status)),
    };
    record(context, invitation, user, &outcome).await?;
    answer
}

async fn record(
    context: &Context,
    invitation: &Invitation,
    user: UserId,
    outcome: &Outcome,
) -> Result<(), InvitationError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    match outcome {
        Outcome::Accepted => {
            invitations::record_accepted(&transaction, invitation.id, user, now).await?;
            end_offer(&transaction, &invitation.offering(), now).await?;
        }
        Outcome::Pending => invitations::release(&transaction, invitation.id, user, false).await?,
        Outcome::Void => {
            invitations::release(&transaction, invitation.id, user, true).await?;
            end_offer(&transaction, &invitation.offering(), now).await?;
        }
    }
    outbox::complete(&transaction, FINISH_ACCEPTANCE, &invitation.id.to_string()).await?;
    Ok(transaction.commit().await?)
}
