//! Accepts an invitation: the claim is durable before organizations is asked for the membership, and
//! the caller is answered when it exists.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Id, Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Caller, Claim, Invitation, Refused, Step, Trail};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::upstreams::Admission;
use crate::use_cases::finish_acceptance::finish_key;
use crate::use_cases::{Answering, FINISH_ACCEPTANCE, LEFT_TO_THE_CALLER, finish_acceptance};

pub async fn accept_invitation(
    context: &Context,
    caller: &Caller,
    which: Answering,
) -> Result<Admission, InvitationError> {
    let (person, trail) = (context.identity.person(caller.user_id).await?, Trail::of(caller));
    let transaction = context.database.begin_write().await?;
    let invitation = which.lock(&transaction).await?;
    // After the wait for the lock: it must not have expired when it is claimed.
    let now = context.clock.now();
    let claim = match invitation.accept(&person, which.way(), now)? {
        Step::Claim => {
            let claim = Claim { by: person.id, join: Id::generate(&context.entropy, now) };
            take(&transaction, &invitation, claim, &trail, now).await?;
            claim
        }
        Step::CarryOn(claim) => claim,
        Step::Repeat => {
            transaction.commit().await?;
            // Asked for, not made again: whoever was removed since does not come back by an old invitation.
            return context.organizations.membership(person.id, invitation.organization_id).await;
        }
    };
    transaction.commit().await?;
    finish_acceptance(context, &invitation, claim, &trail).await
}

async fn take(
    transaction: &WriteTransaction,
    invitation: &Invitation,
    claim: Claim,
    trail: &Trail,
    now: Timestamp,
) -> Result<(), InvitationError> {
    if !invitations::claim(transaction, invitation.id, claim, now).await? {
        return Err(Refused::AlreadyUsed.into());
    }
    let finish = Message {
        topic: FINISH_ACCEPTANCE,
        key: finish_key(invitation, claim),
        payload: json!({ "trail": trail }),
        due: now.plus(LEFT_TO_THE_CALLER),
    };
    Ok(outbox::append(transaction, finish, now).await?)
}
