//! Sends an invitation again: a new offer by whoever sends it, under the same id.

use access_policy::Permission;
use service_kit::outbox;
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{InvitationId, Offering, OrganizationId, Refused, UserId};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::use_cases::make_invitation::CreatedInvitation;
use crate::use_cases::send_invitation_mail::{append_mail, mail_key};
use crate::use_cases::{MAIL_INVITATION, end_offer, open_offer};

pub async fn resend_invitation(
    context: &Context,
    caller: UserId,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<CreatedInvitation, InvitationError> {
    context.organizations.authorize(caller, organization, Permission::MembersInvite).await?;
    let found = invitations::find(context.database.reader(), organization, id).await?.ok_or(Refused::NotFound)?;
    found.check_unanswered()?;
    let offer = context.organizations.let_invite(caller, organization, &found.role_ids, found.role()).await?;
    let sender = context.identity.person(caller).await?;
    sender.check_verified()?;
    sender.check_other(&found.email)?;

    let now = context.clock.now();
    let offer_id: Uuid = context.entropy.uuid(now);
    let expires = Some(now.plus(found.lifetime));
    let offering = Offering { id: offer_id, offered_by: caller, expires, ..found.offering() };
    let transaction = open_offer(context, &offering).await?;
    let before = invitations::lock(&transaction, organization, id).await?.ok_or(Refused::NotFound)?;
    before.check_unanswered()?;
    let again = before.clone().sent_again(caller, offer, offer_id, now);
    let token = context.invitation_token(&again);
    if !invitations::send_again(&transaction, &before, &again, &token).await? {
        return Err(Refused::AlreadyUsed.into());
    }
    end_offer(&transaction, &before.offering(), now).await?;
    // One that a relay has begun with finds that the secret has changed, and is not sent.
    outbox::withdraw(&transaction, MAIL_INVITATION, &mail_key(&before)).await?;
    append_mail(&transaction, &again, now).await?;
    transaction.commit().await?;
    Ok(CreatedInvitation { invitation: again, token })
}
