//! Turns a link off for good.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{InviteLinkId, OrganizationId, Refused, UserId};
use crate::error::InvitationError;
use crate::store::invite_links;

pub async fn revoke_invite_link(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<(), InvitationError> {
    context.organizations.authorize(caller, organization, Permission::MembersInvite).await?;
    let transaction = context.database.begin_write().await?;
    if !invite_links::turn_off(&transaction, organization, id).await? {
        return Err(Refused::NotFound.into());
    }
    Ok(transaction.commit().await?)
}
