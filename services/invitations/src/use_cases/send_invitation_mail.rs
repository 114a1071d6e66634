//! Sends the mail with the secret link, from the relay.

use service_kit::relay::DeliveryError;

use crate::context::Context;
use crate::domain::{InvitationId, State};
use crate::error::InvitationError;
use crate::store::invitations;

/// The intent to send it; the key is the invitation's id.
pub const MAIL_INVITATION: &str = "mail.invitation";

/// Nothing is sent for an invitation that was answered, withdrawn or expired meanwhile.
pub async fn send_invitation_mail(context: &Context, id: InvitationId) -> Result<(), DeliveryError> {
    let found = invitations::find_by_id(context.database.reader(), id).await.map_err(later)?;
    let now = context.clock.now();
    let Some(invitation) = found.filter(|found| found.state == State::Pending && now < found.expires) else {
        return Ok(());
    };
    let inviter_name = context.identity.name_of(invitation.invited_by).await.map_err(later)?;
    let url = context.invitation_url(&context.invitation_token(id));
    let mail = context
        .letters
        .invitation(&invitation, &inviter_name, &url)
        .map_err(|error| DeliveryError::Abandon(error.to_string()))?;
    context.mailer.send(&mail).await.map_err(|error| {
        if error.is_transient() {
            DeliveryError::Retry(error.to_string())
        } else {
            DeliveryError::Abandon(error.to_string())
        }
    })
}

fn later(error: impl Into<InvitationError>) -> DeliveryError {
    DeliveryError::Retry(error.into().to_string())
}
