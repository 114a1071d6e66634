//! The intent to mail an invitation's secret link.

use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::relay::DeliveryError;
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::Invitation;
use crate::store::DbErr;
use crate::store::mail_deliveries::{self, MailName};

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
    let key = mail_key(invitation);
    mail_deliveries::queue(transaction, MailName { invitation: invitation.id, key: &key }, now).await?;
    outbox::append(transaction, Message { topic: MAIL_INVITATION, key, payload: json!({}), due: now }, now).await
}

/// The mail that an intent of this name is about.
pub fn named_mail(key: &str) -> Result<MailName<'_>, DeliveryError> {
    let id = key.split(':').next().and_then(|id| id.parse().ok());
    let invitation = id.ok_or_else(|| DeliveryError::Abandon("the intent names nothing".to_owned()))?;
    Ok(MailName { invitation, key })
}
