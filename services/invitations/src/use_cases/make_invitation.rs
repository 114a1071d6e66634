//! Making invitations for somebody who may invite.

use mail::Address;
use service_kit::{Id, SecretToken, Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Cause, Invitation, Offer, OrganizationId, Person, Record, Refused, Role, RoleId, Trail, UserId};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::use_cases::append_mail;
use crate::use_cases::{end_offer, take_sending, write_record};

/// What is offered, to one address or to many.
pub struct Terms {
    pub organization_id: OrganizationId,
    pub role_ids: Vec<RoleId>,
    pub role: Role,
    /// Absent: as usual.
    pub expires: Option<Timestamp>,
}

pub struct CreatedInvitation {
    pub invitation: Invitation,
    pub token: SecretToken,
}

/// Somebody who may invite on these terms.
pub struct Inviter {
    person: Person,
    organization_id: OrganizationId,
    offer: Offer,
    expires: Option<Timestamp>,
    now: Timestamp,
}

impl Inviter {
    /// Asks whether the caller may.
    pub async fn admit(context: &Context, caller: UserId, terms: Terms) -> Result<Self, InvitationError> {
        let Terms { organization_id, role_ids, role, expires } = terms;
        // Asked first, so that strangers learn nothing but that there is no such organization.
        let offer = context.organizations.let_invite(caller, organization_id, &role_ids, role).await?;
        offer.check_shareable()?;
        let person = context.identity.person(caller).await?;
        person.check_verified()?;
        Ok(Self { person, organization_id, offer, expires, now: context.clock.now() })
    }

    /// The invitation of an address, which is not made yet.
    pub fn invitation(&self, context: &Context, email: Address) -> Result<Invitation, Refused> {
        self.person.check_other(&email)?;
        let id = Id::generate(&context.entropy, self.now);
        let offer = self.offer.clone();
        Ok(Invitation::new(id, self.organization_id, offer, email, self.person.id, self.expires, self.now))
    }
}

/// Makes it, in the place of the address's pending one, and has it mailed, all in the transaction that its offer was
/// opened for.
pub async fn make_invitation(
    context: &Context,
    transaction: WriteTransaction,
    invitation: Invitation,
    trail: &Trail,
) -> Result<CreatedInvitation, InvitationError> {
    let now = context.clock.now();
    let token = context.invitation_token(&invitation);
    let Invitation { organization_id: organization, invited_by, .. } = invitation;
    invitations::lock_inviting(&transaction, organization).await?;
    take_sending(context, &transaction, (organization, invited_by, &invitation.email), now).await?;
    if let Some(replaced) = invitations::replace_pending(&transaction, organization, &invitation.email).await? {
        end_offer(&transaction, &replaced.offering(), now).await?;
        let record = Record::invitation_voided(&replaced, Some(Cause::Superseded));
        write_record(context, &transaction, organization, trail, record, now).await?;
    }
    // What is open now is no longer pending, so it is being accepted.
    if !invitations::insert(&transaction, &invitation, &token).await? {
        return Err(Refused::BeingAccepted.into());
    }
    append_mail(&transaction, &invitation, now).await?;
    write_record(context, &transaction, organization, trail, Record::invitation_created(&invitation), now).await?;
    transaction.commit().await?;
    Ok(CreatedInvitation { invitation, token })
}
