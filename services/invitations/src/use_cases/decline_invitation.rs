//! Declines an invitation.

use crate::context::Context;
use crate::domain::{Caller, Record, Refused, Trail};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::use_cases::{Answering, end_offer, write_record};

pub async fn decline_invitation(context: &Context, caller: &Caller, which: Answering) -> Result<(), InvitationError> {
    let person = context.identity.person(caller.user_id).await?;
    let transaction = context.database.begin_write().await?;
    let invitation = which.lock(&transaction).await?;
    let now = context.clock.now();
    if invitation.decline(&person, which.way(), now)? {
        if !invitations::decline(&transaction, &invitation).await? {
            return Err(Refused::AlreadyUsed.into());
        }
        end_offer(&transaction, &invitation.offering(), now).await?;
        let record = Record::invitation_declined(&invitation);
        write_record(context, &transaction, invitation.organization_id, &Trail::of(caller), record, now).await?;
    }
    Ok(transaction.commit().await?)
}
