//! Makes a shareable link.

use service_kit::{Id, SecretToken, Timestamp};

use crate::context::Context;
use crate::domain::{Caller, Counted, InviteLink, OrganizationId, Record, Refused, Role, RoleId, Switch, Trail};
use crate::error::InvitationError;
use crate::store::invite_links;
use crate::use_cases::{check_room, open_offer, take_link, write_record};

pub struct CreateInviteLink {
    pub organization_id: OrganizationId,
    pub role_ids: Vec<RoleId>,
    pub max_uses: Option<i32>,
    pub expires: Option<Timestamp>,
}

pub struct CreatedInviteLink {
    pub link: InviteLink,
    pub token: SecretToken,
    pub url: String,
}

pub async fn create_invite_link(
    context: &Context,
    caller: &Caller,
    command: CreateInviteLink,
) -> Result<CreatedInviteLink, InvitationError> {
    let CreateInviteLink { organization_id, role_ids, max_uses, expires } = command;
    let offer = context.organizations.let_invite(caller.user_id, organization_id, &role_ids, Role::Member).await?;
    offer.check_shareable()?;
    if offer.role() == Role::Owner {
        return Err(Refused::OwnersNotByLink.into());
    }
    context.identity.person(caller.user_id).await?.check_verified()?;

    let now = context.clock.now();
    let token = SecretToken::generate(&context.entropy);
    let link = InviteLink {
        id: Id::generate(&context.entropy, now),
        organization_id,
        organization_name: offer.organization_name,
        role_ids: offer.role_ids,
        switch: Switch::On,
        max_uses,
        uses: 0,
        expires,
        created_by: caller.user_id,
        offer_id: None,
        created: now,
    };
    check_room(context, &[Counted::link_of(organization_id)]).await?;
    let transaction = open_offer(context, &link.offering()).await?;
    take_link(context, &transaction, organization_id, now).await?;
    invite_links::insert(&transaction, &link, &token).await?;
    let record = Record::link_created(&link);
    write_record(context, &transaction, organization_id, &Trail::of(caller), record, now).await?;
    transaction.commit().await?;
    Ok(CreatedInviteLink { link, url: context.join_url(&token), token })
}
