//! Declines an invitation.

use crate::context::Context;
use crate::domain::{InvitationId, Refused, UserId};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::use_cases::end_offer;

pub async fn decline_invitation(context: &Context, caller: UserId, id: InvitationId) -> Result<(), InvitationError> {
    let person = context.identity.person(caller).await?;
    let transaction = context.database.begin_write().await?;
    let invitation = invitations::lock_by_id(&transaction, id).await?.ok_or(Refused::NotFound)?;
    let now = context.clock.now();
    if invitation.decline(&person, now)? {
        if !invitations::decline(&transaction, id).await? {
            return Err(Refused::AlreadyUsed.into());
        }
        end_offer(&transaction, &invitation.offering(), now).await?;
    }
    Ok(transaction.commit().await?)
}
