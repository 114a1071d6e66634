//! The second half of accepting: the membership, then the record of it. Done by the accepting call,
//! or by the relay when that call did not get so far.

use service_kit::outbox;

use crate::context::Context;
use crate::domain::{Cause, Claim, Invitation, Record, Refused, Trail};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::upstreams::{Admission, Joining, NotAdmitted};
use crate::use_cases::{end_offer, write_record};

/// The intent to finish a claim.
pub const FINISH_ACCEPTANCE: &str = "finish-accept";

/// Names the intent: `<invitation>:<join>`.
pub fn finish_key(invitation: &Invitation, claim: Claim) -> String {
    format!("{}:{}", invitation.id, claim.join)
}

#[derive(Clone, Copy)]
enum Outcome {
    Accepted,
    Pending,
    Void(Option<Cause>),
}

/// The invitation must have been claimed so; the trail tells of whom. Repeating it is safe at any time.
pub async fn finish_acceptance(
    context: &Context,
    invitation: &Invitation,
    claim: Claim,
    trail: &Trail,
) -> Result<Admission, InvitationError> {
    let joining = Joining {
        join_id: claim.join.uuid(),
        organization_id: invitation.organization_id,
        user_id: claim.by,
        role_ids: invitation.role_ids.clone(),
        granted_by: invitation.invited_by,
    };
    let refused = match context.organizations.admit(&joining).await {
        Ok(admission) => {
            record(context, invitation, claim, Outcome::Accepted, trail).await?;
            return Ok(admission);
        }
        Err(NotAdmitted::Unanswered(status)) => return Err(InvitationError::Unanswered(status)),
        Err(refused) => refused,
    };
    // From this answer on a request that is still on its way makes no member, so that the claim can be let go.
    if context.organizations.call_off(claim.join.uuid(), invitation.organization_id).await? {
        record(context, invitation, claim, Outcome::Accepted, trail).await?;
        return context.organizations.membership(claim.by, invitation.organization_id).await;
    }
    let (outcome, answer) = match refused {
        NotAdmitted::OfferVoid(cause) => (Outcome::Void(Some(cause)), Refused::Revoked { cause: Some(cause) }.into()),
        NotAdmitted::UserGone => (Outcome::Void(None), Refused::AccountGone.into()),
        NotAdmitted::NotNow(status) => (Outcome::Pending, InvitationError::Upstream(status)),
        // Another attempt at the same claim was refused and has called it off.
        NotAdmitted::Ended => (Outcome::Pending, Refused::TookTooLong.into()),
        NotAdmitted::Unanswered(status) => return Err(InvitationError::Unanswered(status)),
    };
    record(context, invitation, claim, outcome, trail).await?;
    Err(answer)
}

async fn record(
    context: &Context,
    invitation: &Invitation,
    claim: Claim,
    outcome: Outcome,
    trail: &Trail,
) -> Result<(), InvitationError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    match outcome {
        Outcome::Accepted => {
            if invitations::record_accepted(&transaction, invitation.id, claim, now).await? {
                let record = Record::invitation_accepted(invitation);
                write_record(context, &transaction, invitation.organization_id, trail, record, now).await?;
            }
            end_offer(&transaction, &invitation.offering(), now).await?;
        }
        Outcome::Pending => invitations::release(&transaction, invitation, claim).await?,
        Outcome::Void(cause) => {
            if invitations::end_claim(&transaction, invitation, claim, cause).await? {
                end_offer(&transaction, &invitation.offering(), now).await?;
                let record = Record::invitation_voided(invitation, cause);
                let trail = trail.of_the_product();
                write_record(context, &transaction, invitation.organization_id, &trail, record, now).await?;
            }
        }
    }
    outbox::complete(&transaction, FINISH_ACCEPTANCE, &finish_key(invitation, claim)).await?;
    Ok(transaction.commit().await?)
}
