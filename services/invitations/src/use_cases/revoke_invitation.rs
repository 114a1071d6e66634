//! Withdraws an invitation.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{Caller, Cause, InvitationId, OrganizationId, Record, Refused, Trail};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::use_cases::{end_offer, write_record};

pub async fn revoke_invitation(
    context: &Context,
    caller: &Caller,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<(), InvitationError> {
    context.organizations.authorize(caller.user_id, organization, Permission::MembersInvite).await?;
    let transaction = context.database.begin_write().await?;
    let invitation = invitations::lock(&transaction, organization, id).await?.ok_or(Refused::NotFound)?;
    if invitation.revoke()? {
        if !invitations::revoke(&transaction, &invitation, Cause::Withdrawn).await? {
            return Err(Refused::AlreadyUsed.into());
        }
        let now = context.clock.now();
        end_offer(&transaction, &invitation.offering(), now).await?;
        let record = Record::invitation_revoked(&invitation);
        write_record(context, &transaction, organization, &Trail::of(caller), record, now).await?;
    }
    Ok(transaction.commit().await?)
}
