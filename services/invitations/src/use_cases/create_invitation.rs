//! Invites an address.

use mail::Address;

use crate::context::Context;
use crate::domain::UserId;
use crate::error::InvitationError;
use crate::use_cases::make_invitation::{CreatedInvitation, Inviter, Terms, make_invitation};
use crate::use_cases::open_offer;

pub struct CreateInvitation {
    pub terms: Terms,
    pub email: Address,
}

pub async fn create_invitation(
    context: &Context,
    caller: UserId,
    command: CreateInvitation,
) -> Result<CreatedInvitation, InvitationError> {
    let inviter = Inviter::admit(context, caller, command.terms).await?;
    let invitation = inviter.invitation(context, command.email)?;
    let transaction = open_offer(context, &invitation.offering()).await?;
    make_invitation(context, transaction, invitation).await
}
