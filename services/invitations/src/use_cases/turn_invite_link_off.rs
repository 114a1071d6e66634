//! Turns a link off until somebody turns it on again.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{InviteLink, InviteLinkId, OrganizationId, Refused, Switch, UserId};
use crate::error::InvitationError;
use crate::store::invite_links;
use crate::use_cases::end_offer;

pub async fn turn_invite_link_off(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<InviteLink, InvitationError> {
    context.organizations.authorize(caller, organization, Permission::MembersInvite).await?;
    let transaction = context.database.begin_write().await?;
    let link = invite_links::lock(&transaction, organization, id).await?.ok_or(Refused::NotFound)?;
    if link.turn_off()? && invite_links::turn_off(&transaction, &link).await? {
        end_offer(&transaction, &link.offering(), context.clock.now()).await?;
    }
    transaction.commit().await?;
    Ok(InviteLink { switch: Switch::Off, ..link })
}
