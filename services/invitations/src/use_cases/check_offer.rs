//! Asks whether an offer still stands that nobody takes up yet, and records when it does not.

use crate::context::Context;
use crate::domain::{Cause, Invitation, InviteLink, Refused};
use crate::error::InvitationError;
use crate::store::{invitations, invite_links};
use crate::use_cases::end_offer;

/// Refused when the invitation is void by now, also for whoever asks later. A suspended organization refuses and voids
/// nothing.
pub async fn check_invitation(context: &Context, invitation: &Invitation) -> Result<(), InvitationError> {
    let Some(cause) = context.organizations.check_offer(&invitation.offering()).await? else { return Ok(()) };
    let transaction = context.database.begin_write().await?;
    if invitations::revoke(&transaction, invitation, cause).await? {
        end_offer(&transaction, &invitation.offering(), context.clock.now()).await?;
    }
    transaction.commit().await?;
    Err(void(cause))
}

/// The same of a link.
pub async fn check_link(context: &Context, link: &InviteLink) -> Result<(), InvitationError> {
    let Some(cause) = context.organizations.check_offer(&link.offering()).await? else { return Ok(()) };
    let transaction = context.database.begin_write().await?;
    if invite_links::revoke(&transaction, link, cause).await? {
        end_offer(&transaction, &link.offering(), context.clock.now()).await?;
    }
    transaction.commit().await?;
    Err(void(cause))
}

fn void(cause: Cause) -> InvitationError {
    Refused::Revoked { cause: Some(cause) }.into()
}
