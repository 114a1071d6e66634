//! Declines an invitation.

use crate::context::Context;
use crate::domain::{Refused, UserId};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::use_cases::{Answering, end_offer};

pub async fn decline_invitation(context: &Context, caller: UserId, which: Answering) -> Result<(), InvitationError> {
    let person = context.identity.person(caller).await?;
    let transaction = context.database.begin_write().await?;
    let invitation = which.lock(&transaction).await?;
    let now = context.clock.now();
    if invitation.decline(&person, which.way(), now)? {
        if !invitations::decline(&transaction, &invitation).await? {
            return Err(Refused::AlreadyUsed.into());
        }
        end_offer(&transaction, &invitation.offering(), now).await?;
    }
    Ok(transaction.commit().await?)
}
