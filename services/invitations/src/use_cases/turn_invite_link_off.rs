//! Turns a link off until somebody turns it on again.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{Caller, InviteLink, InviteLinkId, OrganizationId, Record, Refused, Switch, Trail};
use crate::error::InvitationError;
use crate::store::invite_links;
use crate::use_cases::{end_joins, end_offer, write_record};

pub async fn turn_invite_link_off(
    context: &Context,
    caller: &Caller,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<InviteLink, InvitationError> {
    context.organizations.authorize(caller.user_id, organization, Permission::MembersInvite).await?;
    let transaction = context.database.begin_write().await?;
    let link = invite_links::lock(&transaction, organization, id).await?.ok_or(Refused::NotFound)?;
    if link.turn_off()? && invite_links::turn_off(&transaction, &link).await? {
        let now = context.clock.now();
        end_offer(&transaction, &link.offering(), now).await?;
        let record = Record::link_turned_off(&link);
        write_record(context, &transaction, organization, &Trail::of(caller), record, now).await?;
    }
    transaction.commit().await?;
    let link = InviteLink { switch: Switch::Off, ..link };
    end_joins(context, &link).await?;
    Ok(link)
}
