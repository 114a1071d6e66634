//! Turns a link off for good. Nobody joins by it once that was answered.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{Caller, Cause, InviteLink, InviteLinkId, OrganizationId, Record, Refused, Switch, Trail};
use crate::error::InvitationError;
use crate::store::invite_links;
use crate::use_cases::{end_joins, end_offer, write_record};

pub async fn revoke_invite_link(
    context: &Context,
    caller: &Caller,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<(), InvitationError> {
    context.organizations.authorize(caller.user_id, organization, Permission::MembersInvite).await?;
    let transaction = context.database.begin_write().await?;
    let link = invite_links::lock(&transaction, organization, id).await?.ok_or(Refused::NotFound)?;
    if link.revoke() && invite_links::revoke(&transaction, &link, Cause::Withdrawn).await? {
        let now = context.clock.now();
        end_offer(&transaction, &link.offering(), now).await?;
        let record = Record::link_revoked(&link);
        write_record(context, &transaction, organization, &Trail::of(caller), record, now).await?;
    }
    transaction.commit().await?;
    let revoked = match link.switch {
        Switch::Revoked { .. } => link,
        Switch::On | Switch::Off => InviteLink { switch: Switch::Revoked { cause: Some(Cause::Withdrawn) }, ..link },
    };
    end_joins(context, &revoked).await
}
