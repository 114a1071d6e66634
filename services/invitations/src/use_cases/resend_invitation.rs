//! Sends an invitation again: a new offer by whoever sends it, under the same id.

use access_policy::Permission;
use service_kit::outbox;
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Caller, Counted, InvitationId, Offering, OrganizationId, Record, Refused, Trail};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::use_cases::make_invitation::CreatedInvitation;
use crate::use_cases::{MAIL_INVITATION, check_room, end_offer, open_offer, take_sending, write_record};
use crate::use_cases::{append_mail, mail_key};

pub async fn resend_invitation(
    context: &Context,
    caller: &Caller,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<CreatedInvitation, InvitationError> {
    let by = caller.user_id;
    context.organizations.authorize(by, organization, Permission::MembersInvite).await?;
    let found = invitations::find(context.database.reader(), organization, id).await?.ok_or(Refused::NotFound)?;
    found.check_unanswered()?;
    let offer = context.organizations.let_invite(by, organization, &found.role_ids, found.role()).await?;
    let sender = context.identity.person(by).await?;
    sender.check_verified()?;
    sender.check_other(&found.email)?;

    let now = context.clock.now();
    let offer_id: Uuid = context.entropy.uuid(now);
    let expires = Some(now.plus(found.lifetime));
    let offering = Offering { id: offer_id, offered_by: by, expires, ..found.offering() };
    check_room(context, &Counted::sending(organization, by, &found.email)).await?;
    let transaction = open_offer(context, &offering).await?;
    take_sending(context, &transaction, (organization, by, &found.email), now).await?;
    let before = invitations::lock(&transaction, organization, id).await?.ok_or(Refused::NotFound)?;
    before.check_unanswered()?;
    let again = before.clone().sent_again(by, offer, offer_id, now);
    let token = context.invitation_token(&again);
    if !invitations::send_again(&transaction, &before, &again, &token).await? {
        return Err(Refused::AlreadyUsed.into());
    }
    end_offer(&transaction, &before.offering(), now).await?;
    // One that a relay has begun with finds that the secret has changed, and is not sent.
    outbox::withdraw(&transaction, MAIL_INVITATION, &mail_key(&before)).await?;
    append_mail(&transaction, &again, now).await?;
    let record = Record::invitation_resent(&again);
    write_record(context, &transaction, organization, &Trail::of(caller), record, now).await?;
    transaction.commit().await?;
    Ok(CreatedInvitation { invitation: again, token })
}
