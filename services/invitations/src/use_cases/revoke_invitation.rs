//! Withdraws an invitation.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{Cause, InvitationId, OrganizationId, Refused, UserId};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::use_cases::end_offer;

pub async fn revoke_invitation(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<(), InvitationError> {
    context.organizations.authorize(caller, organization, Permission::MembersInvite).await?;
    let transaction = context.database.begin_write().await?;
    let invitation = invitations::lock(&transaction, organization, id).await?.ok_or(Refused::NotFound)?;
    if invitation.revoke()? {
        if !invitations::revoke(&transaction, &invitation, Cause::Withdrawn).await? {
            return Err(Refused::AlreadyUsed.into());
        }
        end_offer(&transaction, &invitation.offering(), context.clock.now()).await?;
    }
    Ok(transaction.commit().await?)
}
