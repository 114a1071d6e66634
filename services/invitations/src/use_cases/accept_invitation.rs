//! Accepts an invitation: the claim is durable before organizations is asked for the membership, and
//! the caller is answered when it exists.

use serde_json::json;
use service_kit::outbox::{self, Message};

use crate::context::Context;
use crate::domain::{Caller, Refused, Step, Trail};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::upstreams::Admission;
use crate::use_cases::{Answering, FINISH_ACCEPTANCE, LEFT_TO_THE_CALLER, finish_acceptance};

pub async fn accept_invitation(
    context: &Context,
    caller: &Caller,
    which: Answering,
) -> Result<Admission, InvitationError> {
    let (person, trail) = (context.identity.person(caller.user_id).await?, Trail::of(caller));
    let now = context.clock.now();

    let transaction = context.database.begin_write().await?;
    let invitation = which.lock(&transaction).await?;
    let step = invitation.accept(&person, which.way(), now)?;
    if step == Step::Claim {
        if !invitations::claim(&transaction, invitation.id, person.id, now).await? {
            return Err(Refused::AlreadyUsed.into());
        }
        let finish = Message {
            topic: FINISH_ACCEPTANCE,
            key: invitation.id.to_string(),
            payload: json!({ "trail": trail }),
            due: now.plus(LEFT_TO_THE_CALLER),
        };
        outbox::append(&transaction, finish, now).await?;
    }
    transaction.commit().await?;

    match step {
        Step::Claim | Step::CarryOn => finish_acceptance(context, &invitation, person.id, &trail).await,
        // Asked for, not made again: whoever was removed since does not come back by an old invitation.
        Step::Repeat => context.organizations.membership(person.id, invitation.organization_id).await,
    }
}
