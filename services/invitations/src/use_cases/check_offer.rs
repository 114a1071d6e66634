//! Asks whether an offer still stands that nobody takes up yet, and records when it does not.

use crate::context::Context;
use crate::domain::{Cause, Invitation, InviteLink, Record, Refused, Trail};
use crate::error::InvitationError;
use crate::store::{invitations, invite_links};
use crate::use_cases::{end_offer, write_record};

/// Refused when the invitation is void by now, also for whoever asks later. A suspended organization refuses and voids
/// nothing.
pub async fn check_invitation(context: &Context, invitation: &Invitation) -> Result<(), InvitationError> {
    let Some(cause) = context.organizations.check_offer(&invitation.offering()).await? else { return Ok(()) };
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    if invitations::revoke(&transaction, invitation, cause).await? {
        end_offer(&transaction, &invitation.offering(), now).await?;
        let (trail, record) = (Trail::product(), Record::invitation_voided(invitation, Some(cause)));
        write_record(context, &transaction, invitation.organization_id, &trail, record, now).await?;
    }
    transaction.commit().await?;
    Err(void(cause))
}

/// The same of a link.
pub async fn check_link(context: &Context, link: &InviteLink) -> Result<(), InvitationError> {
    let Some(cause) = context.organizations.check_offer(&link.offering()).await? else { return Ok(()) };
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    // As it is now: it may have been turned off and on meanwhile, under another offer.
    let locked = invite_links::lock(&transaction, link.organization_id, link.id).await?;
    if let Some(link) = locked.filter(|locked| locked.offer_id == link.offer_id)
        && invite_links::revoke(&transaction, &link, cause).await?
    {
        end_offer(&transaction, &link.offering(), now).await?;
        let record = Record::link_voided(&link, cause);
        write_record(context, &transaction, link.organization_id, &Trail::product(), record, now).await?;
    }
    transaction.commit().await?;
    Err(void(cause))
}

fn void(cause: Cause) -> InvitationError {
    Refused::Revoked { cause: Some(cause) }.into()
}
