//! Invites an address.

use mail::Address;
use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Id, SecretToken};

use crate::context::Context;
use crate::domain::{Invitation, OrganizationId, Refused, Role, RoleId, UserId};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::use_cases::{MAIL_INVITATION, end_offer, open_offer};

pub struct CreateInvitation {
    pub organization_id: OrganizationId,
    pub email: Address,
    pub role_ids: Vec<RoleId>,
    pub role: Role,
}

pub struct CreatedInvitation {
    pub invitation: Invitation,
    pub token: SecretToken,
}

pub async fn create_invitation(
    context: &Context,
    caller: UserId,
    command: CreateInvitation,
) -> Result<CreatedInvitation, InvitationError> {
    let CreateInvitation { organization_id, email, role_ids, role } = command;
    // Asked first, so that strangers learn nothing but that there is no such organization.
    let offer = context.organizations.let_invite(caller, organization_id, &role_ids, role).await?;
    offer.check_shareable()?;
    let inviter = context.identity.person(caller).await?;
    inviter.check_verified()?;
    if inviter.address == email {
        return Err(Refused::AlreadyAMember.into());
    }

    let now = context.clock.now();
    let id = Id::generate(&context.entropy, now);
    let token = context.invitation_token(id);
    let invitation = Invitation::new(id, organization_id, offer, email, caller, now);

    let transaction = open_offer(context, &invitation.offering()).await?;
    invitations::lock_inviting(&transaction, organization_id).await?;
    if let Some(replaced) = invitations::replace_pending(&transaction, organization_id, &invitation.email).await? {
        end_offer(&transaction, &replaced.offering(), now).await?;
    }
    // What is open now is no longer pending, so it is being accepted.
    if !invitations::insert(&transaction, &invitation, &token).await? {
        return Err(Refused::BeingAccepted.into());
    }
    let mail = Message { topic: MAIL_INVITATION, key: id.to_string(), payload: json!({}), due: now };
    outbox::append(&transaction, mail, now).await?;
    transaction.commit().await?;
    Ok(CreatedInvitation { invitation, token })
}
