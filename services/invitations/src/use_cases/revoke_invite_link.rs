//! Turns a link off for good. Nobody joins by it once that was answered.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{InviteLinkId, OrganizationId, Refused, UserId};
use crate::error::InvitationError;
use crate::store::invite_links;
use crate::use_cases::{end_joins, end_offer};

pub async fn revoke_invite_link(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<(), InvitationError> {
    context.organizations.authorize(caller, organization, Permission::MembersInvite).await?;
    let transaction = context.database.begin_write().await?;
    let link = invite_links::lock(&transaction, organization, id).await?.ok_or(Refused::NotFound)?;
    if link.is_active {
        invite_links::turn_off(&transaction, organization, id).await?;
        end_offer(&transaction, &link.offering(), context.clock.now()).await?;
    }
    transaction.commit().await?;
    end_joins(context, &link).await
}
