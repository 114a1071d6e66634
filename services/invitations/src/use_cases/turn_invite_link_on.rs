//! Turns a link on again: an offer by its maker still, which whoever turns it on must be entitled to as well.

use access_policy::Permission;

use crate::context::Context;
use crate::domain::{Caller, Counted, InviteLink, InviteLinkId, OrganizationId, Record, Refused, Role, Switch, Trail};
use crate::error::InvitationError;
use crate::store::{invite_links, joins};
use crate::use_cases::check_offer::check_link;
use crate::use_cases::{check_room, open_offer, take_link, write_record};

pub async fn turn_invite_link_on(
    context: &Context,
    caller: &Caller,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<InviteLink, InvitationError> {
    context.organizations.authorize(caller.user_id, organization, Permission::MembersInvite).await?;
    let (reader, now) = (context.database.reader(), context.clock.now());
    let found = invite_links::find(reader, organization, id).await?.ok_or(Refused::NotFound)?;
    if !found.turn_on(joins::count_joined(reader, id).await?, now)? {
        return Ok(found);
    }
    context.organizations.let_invite(caller.user_id, organization, &found.role_ids, Role::Member).await?;
    context.identity.person(caller.user_id).await?.check_verified()?;
    check_link(context, &found).await?;
    check_room(context, &[Counted::link_of(organization)]).await?;

    let on = InviteLink { switch: Switch::On, offer_id: Some(context.entropy.uuid(now)), ..found };
    let transaction = open_offer(context, &on.offering()).await?;
    take_link(context, &transaction, organization, now).await?;
    let link = invite_links::lock(&transaction, organization, id).await?.ok_or(Refused::NotFound)?;
    if !link.turn_on(joins::count_joined(&transaction, id).await?, now)? {
        // Somebody else did; the intent that is left closes the offer that nobody makes.
        return Ok(link);
    }
    if !invite_links::turn_on(&transaction, &on).await? {
        return Err(Refused::TookTooLong.into());
    }
    let record = Record::link_turned_on(&on);
    write_record(context, &transaction, organization, &Trail::of(caller), record, now).await?;
    transaction.commit().await?;
    Ok(InviteLink { uses: link.uses, ..on })
}
