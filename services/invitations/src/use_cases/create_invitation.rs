//! Invites an address.

use mail::Address;

use crate::context::Context;
use crate::domain::{Caller, Counted, Trail};
use crate::error::InvitationError;
use crate::use_cases::make_invitation::{CreatedInvitation, Inviter, Terms, make_invitation};
use crate::use_cases::{check_room, open_offer};

pub struct CreateInvitation {
    pub terms: Terms,
    pub email: Address,
}

pub async fn create_invitation(
    context: &Context,
    caller: &Caller,
    command: CreateInvitation,
) -> Result<CreatedInvitation, InvitationError> {
    let inviter = Inviter::admit(context, caller.user_id, command.terms).await?;
    let invitation = inviter.invitation(context, command.email)?;
    check_room(context, &Counted::sending(invitation.organization_id, invitation.invited_by, &invitation.email))
        .await?;
    let transaction = open_offer(context, &invitation.offering()).await?;
    make_invitation(context, transaction, invitation, &Trail::of(caller)).await
}
