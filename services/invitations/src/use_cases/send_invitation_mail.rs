//! Sends the mail with the secret link, from the relay.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::relay::DeliveryError;
use service_kit::{Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{Invitation, InvitationId, State};
use crate::error::InvitationError;
use crate::store::{DbErr, invitations};

/// The intent to send it.
pub const MAIL_INVITATION: &str = "mail.invitation";

/// Names the intent to send the mail with the invitation's present secret: `<id>`, or `<id>:<generation>` once it was
/// sent again.
pub fn mail_key(invitation: &Invitation) -> String {
    let Invitation { id, generation, .. } = invitation;
    if *generation == 0 { id.to_string() } else { format!("{id}:{generation}") }
}

/// Writes the intent down; the mail leaves after the commit.
pub async fn append_mail(transaction: &WriteTransaction, invitation: &Invitation, now: Timestamp) -> Result<(), DbErr> {
    let mail = Message { topic: MAIL_INVITATION, key: mail_key(invitation), payload: json!({}), due: now };
    outbox::append(transaction, mail, now).await
}

/// Nothing is sent for an invitation that was answered, withdrawn, sent again or expired meanwhile.
pub async fn send_invitation_mail(context: &Context, key: &str) -> Result<(), DeliveryError> {
    let id: InvitationId = key
        .split(':')
        .next()
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| DeliveryError::Abandon("the intent names nothing".to_owned()))?;
    let found = invitations::find_by_id(context.database.reader(), id).await.map_err(later)?;
    let now = context.clock.now();
    let is_due = |found: &Invitation| found.state == State::Pending && now < found.expires && mail_key(found) == key;
    let Some(invitation) = found.filter(is_due) else { return Ok(()) };
    let inviter_name = context.identity.name_of(invitation.invited_by).await.map_err(later)?;
    let url = context.invitation_url(&context.invitation_token(&invitation));
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
